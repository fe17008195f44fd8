import './markdown.css';

interface Policy { createHTML(html: string): string }
interface Factory { createPolicy(name: string, rules: { createHTML: (html: string) => string }): Policy }

// The server has sanitised this HTML; the policy only names the one door it comes in by.
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy: Policy = factory?.createPolicy('server-html', { createHTML: (html) => html }) ?? { createHTML: (html) => html };

/** Text that the server rendered from Markdown (`body_html`). */
export function Markdown({ html }: { html: string }) {
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: policy.createHTML(html) }} />;
}
