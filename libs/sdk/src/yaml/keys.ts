// What a deployment in YAML may say: read by the reader, and by the schema for editors.

export const deploymentKeys = [
  ...['name', 'flow', 'flow_runner', 'packager', 'parameters', 'schedule', 'schedules', 'tags'],
  ...['description', 'priority'],
];
export const flowKeys = ['path', 'name'];
export const flowRunnerKeys = ['type', 'config'];
export const packagerKeys = ['type', 'serializer', 'storage', 'base_path'];
export const packagerTypes = ['database', 'file'];
export const serializerKeys = ['type', 'module', 'external'];
export const serializerTypes = ['source', 'import', 'bundle'];
export const scheduleKeys = ['interval', 'anchor', 'timezone', 'slug'];
