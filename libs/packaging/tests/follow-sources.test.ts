import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { followSources } from '../src/index.ts';
import { temporaryTree } from './temporary-tree.ts';
