import { create } from 'zustand';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'standard' | 'roomy';

function stored<T extends string>(name: string, values: readonly T[], standard: T): T {
  const value = localStorage.getItem(name);
  return values.find((one) => one === value) ?? standard;
}

export const useTheme = create<{ theme: Theme }>(() => ({ theme: stored('theme', ['light', 'dark'], 'system') }));
export const useDensity = create<{ density: Density }>(() => ({ density: stored('density', ['compact', 'roomy'], 'standard') }));

/** Theme and density as this device has them, onto the page. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  const { theme } = useTheme.getState();
  const { density } = useDensity.getState();
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  if (density === 'standard') delete dataset.density;
  else dataset.density = density;
}

export function setTheme(theme: Theme): void {
  localStorage.setItem('theme', theme);
  useTheme.setState({ theme });
  applyTheme();
}

export function setDensity(density: Density): void {
  localStorage.setItem('density', density);
  useDensity.setState({ density });
  applyTheme();
}
