import type { Flag } from './command.ts';

/** For conditions by tag; the summary is the command's own. */
export const tag: Flag = { name: 'tag', kind: 'texts', value: 'TAG', summary: '' };

/** How much of a list to show. */
export const limit: Flag = {
  name: 'limit',
  kind: 'integer',
  value: 'N',
  minimum: 1,
  summary: 'show at most N (default 15)',
};
