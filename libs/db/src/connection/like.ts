/** A pattern of LIKE for texts that contain this one, as it is. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
