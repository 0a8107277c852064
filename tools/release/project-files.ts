/**
 * A user's project: code as many a one has it, with an enum and an import without its extension, and a packager and a
 * serializer of its own.
 */
export const projectFiles: Readonly<Record<string, string>> = {
  'package.json': `{
  "name": "my-flows",
  "private": true,
  "type": "module",
  "dependencies": {
    "@aws-sdk/client-s3": "3.1175.0",
    "ms": "2.1.3",
    "zod": "4.6.7"
  },
  "devDependencies": { "@types/ms": "2.1.0", "@types/node": "26.6.6" }
}
`,
  'tsconfig.json': `{
  "compilerOptions": {
    "module": "preserve",
    "moduleResolution": "bundler",
    "target": "es2024",
    "lib": ["es2024", "esnext.disposable", "esnext.array", "dom"],
    "types": ["node"],
    "strict": true,
    "allowImportingTsExtensions": true,
    "noEmit": true
  },
  "include": ["*.ts", "lib/*.ts"]
}
`,
  'flows.ts': `import {
  BundleSerializer,
  DatabasePackager,
  deployment,
  FilePackager,
  flow,
  ImportSerializer,
  S3Storage,
  SourceSerializer,
} from 'millrace';
import ms from 'ms';
import { z } from 'zod';
// Without an extension, and with an enum: code as many a project has it.
import { greeting } from './lib/greeting';
import { DocumentsPackager, LinesPackager, ReversedSerializer } from './lib/mine.ts';

enum Mood {
  Good = 'good',
}

export const hello = flow(
  { name: 'hello', parameters: z.object({ name: z.string().default('world') }) },
  async ({ name }) => console.log(\`\${greeting} \${name}, \${Mood.Good}, \${ms('2 days')}\`),
);

const serializers = {
  SourceSerializer: new SourceSerializer(),
  ImportSerializer: new ImportSerializer(),
  BundleSerializer: new BundleSerializer(),
  "one's own": new ReversedSerializer(),
};
for (const [name, serializer] of Object.entries(serializers)) {
  deployment({ flow: hello, name: \`DatabasePackager, \${name}\`, packager: new DatabasePackager({ serializer }) });
  deployment({ flow: hello, name: \`FilePackager, \${name}\`, packager: new FilePackager({ serializer }) });
}
deployment({ flow: hello, name: "one's own, -", packager: new LinesPackager() });
deployment({ flow: hello, name: "one's own (documents), -", packager: new DocumentsPackager() });

// Where there is a bucket: by the server, which has a name for it, and by oneself.
const { S3_BUCKET: bucket, S3_ENDPOINT: endpoint } = process.env;
if (bucket && endpoint) {
  for (const [name, serializer] of Object.entries(serializers)) {
    const packager = new FilePackager({ storage: 'our bucket', basePath: 'flows', serializer });
    deployment({ flow: hello, name: \`FilePackager (named storage), \${name}\`, packager });
  }
  for (const name of ['SourceSerializer', 'BundleSerializer'] as const) {
    const storage = new S3Storage({ bucket, endpoint });
    const packager = new FilePackager({ storage, serializer: serializers[name] });
    deployment({ flow: hello, name: \`FilePackager (S3), \${name}\`, packager });
  }
}
`,
  'lib/greeting.ts': `export const greeting: string = 'Hello';
`,
  'lib/mine.ts': `import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type {
  FlowCode,
  FlowSource,
  PackageManifest,
  Packager,
  PackagingContext,
  Serializer,
  UnpackagingContext,
} from 'millrace';

/** A serializer of one's own: where the module is, backwards. */
export class ReversedSerializer implements Serializer {
  readonly type = './lib/mine.ts#ReversedSerializer';

  async serialize({ exportName }: FlowSource): Promise<Uint8Array> {
    return new TextEncoder().encode(reversed(JSON.stringify({ module: './flows.ts', export: exportName })));
  }

  deserialize(bytes: Uint8Array): FlowCode {
    return JSON.parse(reversed(new TextDecoder().decode(bytes))) as FlowCode;
  }
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}

/** A packager of one's own: a folder of the project, one file per flow. */
export class LinesPackager implements Packager {
  readonly type = './lib/mine.ts#LinesPackager';

  async package({ name, exportName, parameterSchema }: FlowSource): Promise<PackageManifest> {
    await mkdir('packed', { recursive: true });
    await writeFile(\`packed/\${name}\`, \`./flows.ts\\n\${exportName}\\n\`);
    const schema = parameterSchema && { flow_parameter_schema: parameterSchema };
    return { type: this.type, flow_name: name, ...schema, file: \`packed/\${name}\` };
  }

  async unpackage({ file }: PackageManifest): Promise<FlowCode> {
    const [module = '', exportName = ''] = (await readFile(String(file), 'utf8')).split('\\n');
    return { module, export: exportName };
  }
}

/** Another: documents of the server's. */
export class DocumentsPackager implements Packager {
  readonly type = './lib/mine.ts#DocumentsPackager';

  async package({ name, exportName, parameterSchema }: FlowSource, context: PackagingContext): Promise<PackageManifest> {
    const code: FlowCode = { module: './flows.ts', export: exportName ?? '' };
    const document = await context.putDocument(new TextEncoder().encode(JSON.stringify(code)));
    const schema = parameterSchema && { flow_parameter_schema: parameterSchema };
    return { type: this.type, flow_name: name, ...schema, document };
  }

  async unpackage({ document }: PackageManifest, context: UnpackagingContext): Promise<FlowCode> {
    return JSON.parse(new TextDecoder().decode(await context.getDocument(String(document)))) as FlowCode;
  }
}
`,
  'common.cjs': `const { deployment, flow } = require('millrace');
const { basename } = require('node:path');
const common = flow('common', async ({ name }) => console.log(\`Hello \${basename(name)}\`));
exports.common = common;
deployment({ flow: common, name: 'required' });
`,
  'call.ts': `import { flow } from 'millrace';

const called = flow('called', async ({ name }: { name: string }) => {
  console.log(\`Hello \${name}\`);
  return name.length;
});
console.log(await called({ name: 'Marvin' }));
`,
  'unit-test.ts': `import { flow } from 'millrace';
import { withoutServer } from 'millrace/testing';
import { greeting } from './lib/greeting.ts';

const tested = flow('tested', async ({ name }: { name: string }) => \`\${greeting} \${name}\`);
console.log(await withoutServer(() => tested({ name: 'Slartibartfast' })));
`,
  // For a Node that knows neither types nor `using`.
  'trigger.js': `import { flow, runDeployment } from 'millrace';
import { MillraceClient } from 'millrace/client';

const run = await runDeployment('hello/DatabasePackager, BundleSerializer', { parameters: { name: 'Trillian' } });
const client = new MillraceClient();
const logs = await Array.fromAsync(client.allLogs({ flowRunId: run.id }), ({ message }) => message);
console.log(process.version, run.state?.name, logs.join());
console.log(await flow('called', async () => 'and a call')());
client[Symbol.dispose]();
`,
  'trigger.ts': `import { MillraceClient, runDeployment } from 'millrace';

const run = await runDeployment('hello/DatabasePackager, SourceSerializer', { parameters: { name: 'Zaphod' } });
using client = new MillraceClient();
const logs = await Array.fromAsync(client.allLogs({ flowRunId: run.id }), ({ message }) => message);
console.log(run.state?.name, logs.join());
`,
};
