/** What a client printed, with placeholders for what is different each time: ids, hashes, names of runs. */
export function inForm(printed: string): string {
  return printed
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<time>')
    .replaceAll(/\b[a-z]+-[a-z]+-\d{1,3}\b/g, '<run>');
}
