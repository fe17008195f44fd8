import { Page, PageLink, Tabs, useMe, useProduct, useSetUrl, useUrl } from '../../kit';
import { PeopleTab, ProductsTab } from './PeopleTab';
import { RolesTab } from './RolesTab';
import { TeamsTab } from './TeamsTab';
import { WhoDecidesTab } from './WhoDecidesTab';
import { WorkflowTab } from './WorkflowTab';
import { AccountTab, AppearanceTab, TokensTab } from './YouTab';
import './people.css';

export default function SettingsPage() {
  const product = useProduct();
  const me = useMe();
  const { tab = 'roles' } = useUrl();
  const setUrl = useSetUrl();
  return (
    <Page title="Settings" note={`${product.name} · ${me.organisation.name}`} actions={<PageLink to="import">Import and export</PageLink>}>
      <div className="settings">
        <Tabs
          label="Settings" selected={tab} onSelect={(id) => setUrl({ tab: id === 'roles' ? undefined : id })}
          tabs={[
            { id: 'roles', label: 'Roles', content: <RolesTab /> },
            { id: 'decisions', label: 'Who decides', content: <WhoDecidesTab /> },
            { id: 'workflow', label: 'Workflow', content: <WorkflowTab /> },
            { id: 'teams', label: 'Teams', content: <TeamsTab /> },
            ...(me.admin ? [{ id: 'people', label: 'People', content: <div className="stack loose"><PeopleTab /><ProductsTab /></div> }] : []),
            { id: 'account', label: 'Your account', content: <AccountTab /> },
            { id: 'tokens', label: 'Tokens', content: <TokensTab /> },
            { id: 'look', label: 'Appearance', content: <AppearanceTab /> },
          ]}
        />
      </div>
    </Page>
  );
}
