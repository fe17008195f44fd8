import { Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../../api/client';
import type { Link, ObjectView, Relation } from '../../api/types';
import { act, Button, Choose, ChooseObject, IconButton, Load, may, ObjectLink, PartTitle, useGet, useRelations } from '../../kit';

/** A relation as it reads from this object: told forward, or from the other end. */
interface Way { id: string; relation: Relation; forward: boolean }

const again = ['/objects/{object}/links', '/objects/{object}/why', '/objects/{object}/outcome', '/objects/{object}/history'];

/** A proposal is about what it changes: that is not linked by hand. */
function waysOf(object: ObjectView, relations: Relation[]): Way[] {
  return relations.flatMap((relation) => [
    ...(relation.from.includes(object.kind) && object.kind !== 'proposal' ? [{ id: `${relation.relation}>`, relation, forward: true }] : []),
    ...(relation.to.includes(object.kind) ? [{ id: `${relation.relation}<`, relation, forward: false }] : []),
  ]);
}

function create(object: ObjectView, way: Way, other: string) {
  const [from, to] = way.forward ? [object.id, other] : [other, object.id];
  return api.post('/objects/{object}/links', { path: { object: from }, body: { relation: way.relation.relation, to } });
}

export function Links({ object }: { object: ObjectView }) {
  const links = useGet('/objects/{object}/links', { path: { object: object.reference } }, { live: 'all' });
  const relations = useRelations();
  const button = useRef<HTMLButtonElement>(null);
  const [choosing, setChoosing] = useState(false);
  const [way, setWay] = useState<Way | null>(null);
  const ways = waysOf(object, relations);
  const remove = (link: Link) => act({
    run: (back = link) => api.del('/links/{link}', { path: { link: back.id } }),
    done: `Link to ${link.object.reference} removed`,
    undo: () => {
      const [from, to] = link.direction === 'from' ? [object.id, link.object.id] : [link.object.id, object.id];
      return api.post('/objects/{object}/links', { path: { object: from }, body: { relation: link.relation, to } });
    },
    refresh: again,
  });
  const groups = (rows: Link[]) => [...Map.groupBy(rows, (link) => link.label)];
  return (
    <section className="section" aria-label="Links">
      <div className="row between">
        <PartTitle>Links</PartTitle>
        <Button ref={button} look="quiet" icon={Plus} allowed={may(object.can, 'link')} onPress={() => setChoosing(true)}>Link</Button>
      </div>
      <Load query={links} rows={2}>
        {({ rows }) => (rows.length === 0 ? <p className="muted">Not linked to anything</p> : (
          <dl className="link-groups">
            {groups(rows).map(([label, group]) => (
              <div key={label}>
                <dt>{label}</dt>
                {group.map((link) => (
                  <dd key={link.id} className="row between">
                    <ObjectLink object={link.object} />
                    <IconButton icon={X} label={`Remove the link to ${link.object.reference}`} allowed={may(object.can, 'link')} onPress={() => void remove(link)} />
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        ))}
      </Load>
      {choosing && (
        <Choose
          title="How is it linked?" anchor={button} onClose={() => setChoosing(false)}
          choices={ways.map(({ id, relation, forward }) => ({ id, label: forward ? relation.label : relation.inverse }))}
          onChoose={(id) => setWay(ways.find((candidate) => candidate.id === id) ?? null)}
        />
      )}
      {way && (
        <ChooseObject
          title={way.forward ? way.relation.label : way.relation.inverse} anchor={button} allowed={may(object.can, 'link')} kinds={(way.forward ? way.relation.to : way.relation.from).filter((kind) => kind !== 'proposal')} without={object.id} onClose={() => setWay(null)}
          onChoose={(other) => void act({
            run: () => create(object, way, other.id), done: `${object.reference} ${way.forward ? way.relation.label : way.relation.inverse} ${other.reference}`,
            undo: (link) => api.del('/links/{link}', { path: { link: link.id } }), refresh: again,
          })}
        />
      )}
    </section>
  );
}
