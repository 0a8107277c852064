export type { Argument, Command, Flag } from './command.ts';
export { commands } from './command-table.ts';
export { helpText } from './help.ts';
export { runCli, type Surroundings } from './run-cli.ts';
