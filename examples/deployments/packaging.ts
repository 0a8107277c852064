// How the code is packaged: only where to import it from; as a file with everything in it.
import { BundleSerializer, DatabasePackager, deployment, FilePackager, FlowScript, ImportSerializer } from 'millrace';

const flow = new FlowScript({ path: './hello-flow.ts' });

deployment({
  flow,
  name: 'Hello World-import',
  packager: new DatabasePackager({ serializer: new ImportSerializer() }),
});
deployment({ flow, name: 'Hello World-bundle', packager: new FilePackager({ serializer: new BundleSerializer() }) });
