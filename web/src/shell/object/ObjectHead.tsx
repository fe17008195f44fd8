import { KindGlyph, kinds, useGet } from '../../kit';

export function useObject(reference: string) {
  return useGet('/objects/{object}', { path: { object: reference } });
}

/** Glyph, reference and kind, for the bar of a panel or page. */
export function ObjectHead({ reference }: { reference: string }) {
  const { data } = useObject(reference);
  return (
    <>
      {data && <KindGlyph kind={data.kind} bare />}
      <span className="object-link-reference">{data?.reference ?? reference}</span>
      <span className="muted">{data && kinds[data.kind].name}{data?.archived_at && ' · archived'}</span>
    </>
  );
}
