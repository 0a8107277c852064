import type { Rule } from './rule.ts';
import { budgets } from './rules/budgets.ts';
import { clock } from './rules/clock.ts';
import { cycles } from './rules/cycles.ts';
import { declared } from './rules/declared.ts';
import { environment } from './rules/environment.ts';
import { exportsOnly } from './rules/exports.ts';
import { housedPackages } from './rules/housed-packages.ts';
import { layers } from './rules/layers.ts';
import { names } from './rules/names.ts';
import { reach } from './rules/reach.ts';
import { rpcFiles } from './rules/rpc-files.ts';
import { syntax } from './rules/syntax.ts';
import { tableOwnership } from './rules/table-owners.ts';
import { tags } from './rules/tags.ts';

/** Every rule but the first one, `graph is alive`, without which these would find nothing. */
export const rules: readonly Rule[] = [
  tags,
  layers,
  cycles,
  declared,
  exportsOnly,
  reach,
  housedPackages,
  environment,
  clock,
  tableOwnership,
  syntax,
  names,
  rpcFiles,
  budgets,
];
