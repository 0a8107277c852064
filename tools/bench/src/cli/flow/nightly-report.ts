import { deployment, every, flow } from 'millrace';

const report = flow('nightly-report', ({ customer }: { readonly customer: string }) => `report for ${customer}`);

export const nightly = deployment({
  flow: report,
  name: 'nightly',
  tags: ['reports', 'nightly'],
  parameters: { customer: 'nobody' },
  schedule: every('1d'),
});
