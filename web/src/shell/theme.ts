import { create } from 'zustand';

export type Theme = 'system' | 'light' | 'dark';
const name = 'theme';

function stored(): Theme {
  const theme = localStorage.getItem(name);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export const useTheme = create<{ theme: Theme }>(() => ({ theme: stored() }));

export function applyTheme(theme: Theme = stored()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(name, theme);
  applyTheme(theme);
  useTheme.setState({ theme });
}
