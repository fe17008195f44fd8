import { toast } from './toast';

/** Browsers give the clipboard to secure pages only; over plain HTTP in a local network there is the old way. */
async function write(text: string): Promise<void> {
  if ('clipboard' in navigator) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'only-heard';
  const before = document.activeElement;
  // Beside what has the focus: a dialog lets it go nowhere else.
  (before?.parentElement ?? document.body).append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  if (!done) throw new Error('refused');
}

/** Copies a text and says so, or that the browser does not let it. */
export async function copyText(text: string, said: string): Promise<void> {
  try {
    await write(text);
    toast(said);
  } catch {
    toast('The browser does not allow copying here: select the text and copy it');
  }
}

/** Copies the address of an object's page. */
export function copyLink(product: string, reference: string): Promise<void> {
  return copyText(`${location.origin}/p/${product}/o/${reference}`, 'Link copied');
}
