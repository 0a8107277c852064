import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Files of the repository, those not committed yet included, by their ending; paths from the root. */
export function filesEndingIn(ending: string): string[] {
  const { stdout, status } = spawnSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('git can not list the files');
  const files = stdout.split('\0').filter((file) => file.endsWith(ending) && !file.startsWith('third_party/'));
  return files.filter((file) => existsSync(join(root, file))).sort();
}

/** A link to another place of the repository. */
export interface Link {
  readonly text: string;
  /** As written, without the fragment; empty: the page itself. */
  readonly path: string;
  /** Without the #; empty: none. */
  readonly fragment: string;
}

/** The relative links of a page, in order; what stands in code is no link. */
export function linksOf(markdown: string): Link[] {
  const prose = markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]]/g, ' '));
  const targets = [...prose.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, text = '', target = '']) => ({
    text,
    target,
  }));
  return targets
    .filter(({ target }) => !/^[a-z]+:/.test(target))
    .map(({ text, target }) => {
      const [path = '', fragment = ''] = target.split('#');
      return { text, path, fragment };
    });
}

/** The fragments by which a page's headings are found, as GitHub makes them. */
export function headingsOf(markdown: string): Set<string> {
  const headings = markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Everything that stands in code: fenced blocks line by line, and code spans. */
export function codeOf(markdown: string): string[] {
  const fenced = [...markdown.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, body = '']) => body.split('\n'));
  const spans = [...markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...fenced, ...spans];
}

/** Rows of the first table under a heading: their cells, without the head. */
export function tableUnder(heading: string, markdown: string): string[][] {
  const [, section = ''] = markdown.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [table = ''] = /(^\|.*\n)+/m.exec(section) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The code spans of a text: names of tables, services, packages. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}
