import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What an agent forks for each process of its pool, with `serialization: 'advanced'`. Such a process sends `ready`, takes
 * one run, and ends when that has ended; an idle one ends when its channel closes.
 */
export const enginePath = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
