// npm run generate [-- --check]: the code of libs/contracts from the .proto files, and the schema of deployments in YAML for
// editors; with --check only compares the code (a test compares the schema).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { yamlSchema } from 'millrace/yaml-schema';

const root = join(import.meta.dirname, '..');
const generated = 'libs/contracts/src/gen';

if (process.argv.includes('--check')) check();
else {
  process.exitCode = generate(root);
  const schema = `${JSON.stringify(yamlSchema(), undefined, 2)}\n`;
  const file = join(root, 'libs', 'sdk', 'deployment.schema.json');
  writeFileSync(file, schema);
  spawnSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', file], { cwd: root });
}

/** @returns buf's exit code */
function generate(output: string): number {
  const buf = join(root, 'node_modules', '.bin', 'buf');
  return spawnSync(buf, ['generate', '--output', output], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function check(): void {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-generated-'));
  try {
    process.exitCode = generate(folder);
    if (process.exitCode !== 0) return;
    const differing = difference(join(folder, generated), join(root, generated));
    for (const file of differing) console.log(`${generated}/${file}`);
    if (differing.length === 0) return;
    console.log('These files are not what the .proto files give: run `npm run generate`.');
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files that are in one of the folders only, or not the same in both. */
function difference(one: string, other: string): readonly string[] {
  const [expected, present] = [contents(one), contents(other)];
  const names = new Set([...expected.keys(), ...present.keys()]);
  return [...names].filter((name) => expected.get(name) !== present.get(name)).sort();
}

function contents(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
