import { DefinitionError } from './errors.ts';

/** Gives the name back if it may be one: 1 to 255 characters, none of `/ % & > <`. Throws a {@link DefinitionError} else. */
export function checkName(what: string, name: unknown): string {
  if (typeof name !== 'string') throw new DefinitionError(`the name of ${what} must be a string`);
  const length = [...name].length;
  if (length < 1 || length > 255)
    throw new DefinitionError(`the name of ${what} must have 1 to 255 characters, this one has ${length}`);
  const forbidden = /[/%&><]/.exec(name);
  if (forbidden) throw new DefinitionError(`the name of ${what} must not contain '${forbidden[0]}': '${name}'`);
  return name;
}

/** `helloWorld`, `hello_world` and `HelloWorld` give `hello-world`. */
export function kebabCase(identifier: string): string {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[_$\s]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}
