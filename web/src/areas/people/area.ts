import { Settings } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [
    { path: 'setup', load: () => import('./SetupPage'), outside: true },
    { path: 'invitation', load: () => import('./InvitationPage'), outside: true },
    { path: 'api/docs', load: () => import('./ApiDocsPage'), outside: true },
    { path: 'settings', load: () => import('./SettingsPage'), nav: { label: 'Settings', place: 'foot', order: 20, icon: Settings } },
  ],
};
export default area;
