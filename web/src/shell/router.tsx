import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate, Outlet, useParams } from '@tanstack/react-router';
import { Announcer } from '../kit/Announcer';
import { ErrorState, Page, useProduct } from '../kit';
import { Toasts } from '../kit/Toasts';
import { pages } from './areas';
import { homeOf, lastProduct } from './home';
import { ObjectPage } from './object/ObjectPage';
import { ProductLayout } from './ProductLayout';
import { SignedIn } from './SignedIn';
import { SignInPage } from './SignInPage';
import { useSession } from '../kit/session';

function Root() {
  return (
    <>
      <Outlet />
      <Toasts />
      <Announcer />
    </>
  );
}

function Home() {
  const me = useSession((state) => state.me);
  const product = me && lastProduct(me);
  if (!product) return <Page title="No product yet" layout="read"><p>You are not a member of any product. Ask the person who runs Throughline to add you.</p></Page>;
  return <Navigate to={`/p/${product.key}`} replace />;
}

function ProductHome() {
  const product = useProduct();
  return <Navigate to={`/p/${product.key}/${homeOf(product)}`} replace />;
}

function NotFound() {
  const { product } = useParams({ strict: false });
  return <Page title="Not found" layout="read"><p>There is nothing at this address{product === undefined ? '' : ', or you may not see it'}.</p></Page>;
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });
const signIn = createRoute({ getParentRoute: () => root, path: 'sign-in', component: SignInPage });
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });
const home = createRoute({ getParentRoute: () => signedIn, path: '/', component: Home });
const product = createRoute({ getParentRoute: () => signedIn, path: 'p/$product', component: ProductLayout });
const productHome = createRoute({ getParentRoute: () => product, path: '/', component: ProductHome });
const object = createRoute({ getParentRoute: () => product, path: 'o/$reference', component: ObjectPage });

const outside = pages.filter((page) => page.outside).map((page) =>
  createRoute({ getParentRoute: () => root, path: page.path, component: lazyRouteComponent(page.load) }));
const inside = pages.filter((page) => !page.outside).map((page) =>
  createRoute({ getParentRoute: () => product, path: page.path, component: lazyRouteComponent(page.load) }));

export const router = createRouter({
  routeTree: root.addChildren([signIn, ...outside, signedIn.addChildren([home, product.addChildren([productHome, object, ...inside])])]),
  // Every value in the query string is text: addresses stay readable and are never parsed as JSON.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search).filter((pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== ''),
    ).toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error }) => <Page title="Something broke"><ErrorState problem={error} onRetry={() => location.reload()} /></Page>,
});
