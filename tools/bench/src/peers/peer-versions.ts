import packageJson from '../../package.json' with { type: 'json' };

/** The exact versions that are measured against. */
export const peerVersions: Readonly<Record<string, string>> = packageJson.devDependencies;
