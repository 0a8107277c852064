import ts from 'typescript';
import type { Rule } from '../rule.ts';
import type { SourceFile, Workspace } from '../workspace.ts';

export const rpcFiles: Rule = {
  name: 'rpc files',
  says: 'Each file in an `src/rpc` of an app is an RPC of the contract, and named as it.',
  *check(workspace) {
    const names = rpcNames(workspace);
    for (const { path, isTest } of workspace.files) {
      const name = /^apps\/[^/]+\/src\/rpc\/(.+)\.ts$/.exec(path)?.[1];
      if (name === undefined || isTest || names.has(name)) continue;
      const message = `${name} is no RPC of the contract: name the file as its RPC, and keep what several share beside rpc/`;
      yield { path, line: 1, message };
    }
  },
};

/** As files are named: get-flow-run. */
function rpcNames({ files }: Workspace): ReadonlySet<string> {
  const names = files.filter(({ isGenerated }) => isGenerated).flatMap((file) => methodsOf(file));
  return new Set(names.map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));
}

/** The methods in the types of the generated services: `GenService<{ getFlowRun: … }>`. */
function methodsOf(file: SourceFile): string[] {
  return file.nodes.flatMap((node) => {
    if (!ts.isTypeReferenceNode(node) || node.typeName.getText() !== 'GenService') return [];
    const [methods] = node.typeArguments ?? [];
    return methods && ts.isTypeLiteralNode(methods)
      ? methods.members.map((member) => member.name?.getText() ?? '')
      : [];
  });
}
