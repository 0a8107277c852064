export { resolveAlias } from './path-aliases.ts';
export { sourcesMeant } from './resolve-import.ts';
export { transformTypeScript } from './transform-typescript.ts';
