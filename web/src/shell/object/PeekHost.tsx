import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react';
import { IconButton, useKeys, usePeek, useProduct } from '../../kit';
import { Peek } from '../../kit/Peek';
import { useWalk } from '../../kit/peek';
import { ObjectHead } from './ObjectHead';
import { ObjectPanel } from './ObjectPanel';

function Opened({ reference, close }: { reference: string; close: () => void }) {
  const navigate = useNavigate();
  const product = useProduct();
  const { open } = usePeek();
  const walk = useWalk((state) => state.walk);
  const step = (by: 1 | -1) => {
    const next = walk?.(reference, by);
    if (next !== undefined) open(next);
  };
  const openPage = () => void navigate({ to: `/p/${product.key}/o/${reference}` });
  useKeys([{ keys: 'Escape', does: 'Close the peek', group: 'Peek', run: close, quiet: true }], 2);
  return (
    <Peek
      label={`Peek: ${reference}`}
      bar={
        <>
          <ObjectHead reference={reference} />
          <span className="grow" />
          {walk && <IconButton icon={ChevronUp} label="Previous" keys="k" onPress={() => step(-1)} />}
          {walk && <IconButton icon={ChevronDown} label="Next" keys="j" onPress={() => step(1)} />}
          <IconButton icon={Maximize2} label="Open the page" onPress={openPage} />
          <IconButton icon={X} label="Close" keys="Escape" onPress={close} />
        </>
      }
    >
      <ObjectPanel key={reference} reference={reference} />
    </Peek>
  );
}

/** Shows the object that the address peeks at, over any page. */
export function PeekHost() {
  const { peek, close } = usePeek();
  return peek === undefined ? null : <Opened reference={peek} close={close} />;
}
