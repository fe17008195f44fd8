import './progress.css';

/** How far a thing is, from 0 to 1; `label` says it in words. */
export function Progress({ share, label }: { share: number; label: string }) {
  return <span className={share >= 1 ? 'progress full' : 'progress'} role="img" aria-label={label}><span style={{ width: `${share * 100}%` }} /></span>;
}
