import { AdminService } from '@millrace/contracts/millrace/v1/admin_service_pb';
import { millraceVersion } from '@millrace/settings';
import { type Service, service } from './service.ts';

/** Says which app of which version answers. */
export function adminService(app: string): Service {
  return service(AdminService, {
    async getVersion() {
      return { version: millraceVersion, app };
    },
  });
}
