import { useAnnouncement } from './announce';

/** Mounted once by the shell. */
export function Announcer() {
  const { text, count } = useAnnouncement();
  return <div className="only-heard" role="status" aria-live="polite"><span key={count}>{text}</span></div>;
}
