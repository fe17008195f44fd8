import { defineConfig } from '@playwright/test';
import tests from '../playwright.config';

export default defineConfig(tests, { testDir: '.', testMatch: '*.bench.ts', workers: 1, timeout: 300_000, use: { trace: 'off', screenshot: 'off' } });
