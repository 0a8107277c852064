export const nothing = 'to deploy';
