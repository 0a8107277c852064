import { deployment, flow } from 'millrace';

export const refuse = flow({ name: 'refuse' }, async () => {});
export const refused = deployment({ flow: refuse, name: 'me', tags: ['refused'] });
