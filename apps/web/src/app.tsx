import { TransportProvider } from '@connectrpc/connect-query';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient, transport } from './api.ts';
import { router } from './router.tsx';

const theme = createTheme({ primaryColor: 'cyan', primaryShade: { light: 9, dark: 8 } });

/** The page, with everything around it that all pages share. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </TransportProvider>
    </MantineProvider>
  );
}
