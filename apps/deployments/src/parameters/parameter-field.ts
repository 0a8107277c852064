/** The path of a field, as errors name it, from a JSON pointer below it: "parameters", "/list/0" → "parameters.list[0]". */
export function fieldBelow(field: string, pointer: string): string {
  const segments = pointer.split('/').slice(1);
  return segments.reduce((path, segment) => {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^\d+$/.test(name) ? `${path}[${name}]` : `${path}.${name}`;
  }, field);
}
