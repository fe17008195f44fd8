use crate::desk::{ClientIp, Desk};
use crate::me::{Me, me};
use crate::password::Password;
use crate::person::{Account, Email, NewPerson, PersonPatch, PersonState, create_person, list_people};
use crate::product::{Member, NewProduct, ProductPatch, ProductRow};
use crate::session::{self, SessionRow};
use crate::setup::{Setup, SetupNeeded};
use crate::token::{NewToken, TokenRow};
use crate::{authenticate, invitation, person, product, setup, token};
use access::{Cx, Fault};
use axum::Extension;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::args;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, Credential, House, Op, Path, Problem, Rows, Said, hash_token};

/// Routes of accounts, people and products.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
    Arc<Desk>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(setup_needed, set_up))
        .routes(routes!(list_sessions, sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(end_session))
        .routes(routes!(get_me))
        .routes(routes!(change_password))
        .routes(routes!(list_tokens, make_token))
        .routes(routes!(remove_token))
        .routes(routes!(get_people, add_person))
        .routes(routes!(edit_person))
        .routes(routes!(invite_again))
        .routes(routes!(accept_invitation))
        .routes(routes!(get_products, add_product))
        .routes(routes!(rename_product))
        .routes(routes!(get_members))
        .routes(routes!(put_member))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    #[schema(format = "email")]
    email: String,
    password: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: Password,
    #[schema(min_length = 15)]
    new: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    /// What stands after `#` in the invitation's link.
    token: String,
    #[schema(min_length = 15)]
    password: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonToInvite {
    name: Label,
    email: Email,
    #[serde(default)]
    admin: bool,
}

#[derive(Serialize, ToSchema)]
struct InvitedAccount {
    #[serde(flatten)]
    account: Account,
    /// Takes the invitation up; shown once, works once, for a week.
    link: String,
}

#[derive(Serialize, ToSchema)]
struct InvitationLink {
    /// Takes the invitation up; shown once, works once, for a week.
    link: String,
}

#[derive(Serialize, ToSchema)]
struct MadeToken {
    #[serde(flatten)]
    row: TokenRow,
    /// The token itself, shown this once.
    token: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RolesToGive {
    roles: Vec<Role>,
    /// Of a stakeholder; absent leaves it, null clears it.
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<Department>)]
    department: Option<Option<Department>>,
}

/// Does this server wait for its setup?
#[utoipa::path(get, path = "/setup", tag = "accounts", responses((status = 200, body = SetupNeeded)),
    extensions(("x-permission" = json!("public"))))]
async fn setup_needed(op: Op) -> Answer<SetupNeeded> {
    let said = op.house.db.read(|conn| Said::new(StatusCode::OK, &SetupNeeded { needed: setup::is_needed(conn)? }));
    said.await.map_err(|fault: Fault| fault.into())
}

/// Found the organisation, once, with the code from the console
#[utoipa::path(post, path = "/setup", tag = "accounts", request_body = Setup, responses((status = 201, body = Me)),
    extensions(("x-permission" = json!("public"))))]
async fn set_up(
    State(desk): State<Arc<Desk>>,
    op: Op,
    headers: HeaderMap,
    Body(asked): Body<Setup>,
) -> Result<Response, Problem> {
    if !op.house.db.read(setup::is_needed).await? {
        return Err(Fault::broken("already-set-up", "This server is set up already. Sign in instead.").into());
    }
    if !desk.is_setup_code(&asked.code) {
        return Err(
            Fault::invalid("code", "This is not the setup code that the server printed when it started.").into()
        );
    }
    asked.check()?;
    let password_hash = desk.hash(asked.person.password.clone()).await?;
    let (now, user_agent) = (op.house.clock.now(), user_agent(&headers));
    let secure = desk.secure;
    let (said, cookie) = op
        .house
        .db
        .write(move |conn| {
            let (me, cookie) = asked.carry_out(conn, &desk, &password_hash, &user_agent, now)?;
            Ok::<_, Fault>((Said::new(StatusCode::CREATED, &me)?, cookie))
        })
        .await?;
    Ok(with_cookie(said, Some(&cookie), secure))
}

/// Where one is signed in
#[utoipa::path(get, path = "/sessions", tag = "accounts", responses((status = 200, body = Rows<SessionRow>)),
    extensions(("x-permission" = json!("signed in"))))]
async fn list_sessions(op: Op) -> Answer<Rows<SessionRow>> {
    op.read(|cx| session::list(cx).map(Rows::all)).await
}

/// Sign in; the answer carries the session's cookie
#[utoipa::path(post, path = "/sessions", tag = "accounts", request_body = SignIn, responses((status = 201, body = Me)),
    extensions(("x-permission" = json!("public"))))]
async fn sign_in(
    State(desk): State<Arc<Desk>>,
    Extension(ip): Extension<ClientIp>,
    op: Op,
    headers: HeaderMap,
    Body(asked): Body<SignIn>,
) -> Result<Response, Problem> {
    desk.attempt_from(ip)?;
    let email = asked.email.trim().to_lowercase();
    desk.attempt_at(&hash_token(&email))?;
    let found: Option<(PersonId, Option<String>, PersonState)> = op
        .house
        .db
        .read(move |conn| {
            conn.maybe("SELECT id, password_hash, state FROM person WHERE email = $1", args![&email])
                .map_err(Fault::from)
        })
        .await?;
    let (person, stored) = match found {
        Some((id, stored, PersonState::Active)) => (Some(id), stored),
        _ => (None, None),
    };
    let right = desk.matches(asked.password, stored).await?;
    let Some(person) = person.filter(|_| right) else {
        tracing::warn!(ip = %ip.0, "a sign-in was refused");
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "sign-in-refused",
            "Not signed in",
            "This e-mail address and password do not go together.",
        ));
    };
    let (said, cookie) = open_session(&op, &headers, person, "signed in").await?;
    Ok(with_cookie(said, Some(&cookie), desk.secure))
}

/// Sign out here
#[utoipa::path(delete, path = "/sessions/current", tag = "accounts", responses((status = 204)),
    extensions(("x-permission" = json!("signed in"))))]
async fn sign_out(State(desk): State<Arc<Desk>>, op: Op) -> Result<Response, Problem> {
    let said = op.remove(|cx| session::end(cx, cx.actor.session.ok_or(Fault::not_found("session"))?)).await?;
    Ok(with_cookie(said, None, desk.secure))
}

/// Sign out somewhere else
#[utoipa::path(delete, path = "/sessions/{session}", tag = "accounts", params(("session" = SessionId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("signed in"))))]
async fn end_session(op: Op, Path(id): Path<SessionId>) -> Answer<()> {
    in_a_session(&op)?;
    op.remove(move |cx| session::end(cx, id)).await
}

/// Who one is, and what one may decide where
#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, body = Me)),
    extensions(("x-permission" = json!("signed in"))))]
async fn get_me(op: Op) -> Answer<Me> {
    op.read(me).await
}

/// Choose a new password; every other session ends
#[utoipa::path(put, path = "/me/password", tag = "accounts", request_body = PasswordChange, responses((status = 204)),
    extensions(("x-permission" = json!("signed in"))))]
async fn change_password(State(desk): State<Arc<Desk>>, op: Op, Body(asked): Body<PasswordChange>) -> Answer<()> {
    in_a_session(&op)?;
    let (credential, now, authenticate) = (op.credential.clone(), op.house.clock.now(), op.house.authenticate);
    let (person, name, email, stored) = op
        .house
        .db
        .read(move |conn| {
            let actor = authenticate(conn, &credential, now)?;
            let person = actor.person.ok_or(Fault::Unauthenticated)?;
            let (email, stored): (String, Option<String>) =
                conn.one("SELECT email, password_hash FROM person WHERE id = $1", args![person])?;
            Ok::<_, Fault>((person, actor.name, email, stored))
        })
        .await?;
    desk.attempt_at(&hash_token(&email))?;
    asked.new.check("new", &[&email, &name])?;
    if !desk.matches(asked.current, stored).await? {
        return Err(Fault::invalid("current", "This is not your password.").into());
    }
    let password_hash = desk.hash(asked.new).await?;
    op.remove(move |cx| person::set_password(cx, person, &password_hash, cx.actor.session)).await
}

/// One's personal access tokens
#[utoipa::path(get, path = "/me/tokens", tag = "accounts", responses((status = 200, body = Rows<TokenRow>)),
    extensions(("x-permission" = json!("signed in"))))]
async fn list_tokens(op: Op) -> Answer<Rows<TokenRow>> {
    op.read(|cx| token::list_tokens(cx, cx.person().ok_or(Fault::Unauthenticated)?).map(Rows::all)).await
}

/// Make a personal access token; it is shown this once
#[utoipa::path(post, path = "/me/tokens", tag = "accounts", request_body = NewToken, responses((status = 201, body = MadeToken)),
    extensions(("x-permission" = json!("signed in"))))]
async fn make_token(op: Op, Body(new): Body<NewToken>) -> Answer<MadeToken> {
    in_a_session(&op)?;
    create_with_secret(op, move |cx| {
        let (row, token) = token::issue_token(cx, cx.person().ok_or(Fault::Unauthenticated)?, &new)?;
        Ok(MadeToken { row, token })
    })
    .await
}

/// Remove a personal access token
#[utoipa::path(delete, path = "/me/tokens/{token}", tag = "accounts", params(("token" = TokenId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("signed in"))))]
async fn remove_token(op: Op, Path(id): Path<TokenId>) -> Answer<()> {
    in_a_session(&op)?;
    op.remove(move |cx| token::revoke_token(cx, cx.person().ok_or(Fault::Unauthenticated)?, id)).await
}

/// Everybody of the organisation; a product's members are under the product
#[utoipa::path(get, path = "/people", tag = "accounts", responses((status = 200, body = Rows<Account>)),
    extensions(("x-permission" = json!("admin"))))]
async fn get_people(op: Op) -> Answer<Rows<Account>> {
    op.read(|cx| list_people(cx).map(Rows::all)).await
}

/// Invite somebody
#[utoipa::path(post, path = "/people", tag = "accounts", request_body = PersonToInvite,
    responses((status = 201, body = InvitedAccount)), extensions(("x-permission" = json!("admin"))))]
async fn add_person(
    State(desk): State<Arc<Desk>>,
    op: Op,
    Body(asked): Body<PersonToInvite>,
) -> Answer<InvitedAccount> {
    in_a_session(&op)?;
    let new = NewPerson { name: asked.name, email: asked.email, admin: asked.admin, password_hash: None };
    create_with_secret(op, move |cx| {
        let account = create_person(cx, &new)?;
        let link = format!("{}{}", desk.origin, invitation::invite(cx, account.id)?);
        Ok(InvitedAccount { account, link })
    })
    .await
}

/// Rename somebody, make them an admin, revoke them or let them in again
#[utoipa::path(patch, path = "/people/{person}", tag = "accounts", params(("person" = PersonId, Path)),
    request_body = PersonPatch, responses((status = 200, body = Account)), extensions(("x-permission" = json!("admin"))))]
async fn edit_person(op: Op, Path(id): Path<PersonId>, Body(patch): Body<PersonPatch>) -> Answer<Account> {
    in_a_session(&op)?;
    let version = op.expected_version()?;
    op.write(move |cx| person::edit(cx, id, version, &patch)).await
}

/// Make a new invitation; for somebody who is in already, one to choose a new password with
#[utoipa::path(post, path = "/people/{person}/invitations", tag = "accounts", params(("person" = PersonId, Path)),
    responses((status = 201, body = InvitationLink)), extensions(("x-permission" = json!("admin"))))]
async fn invite_again(State(desk): State<Arc<Desk>>, op: Op, Path(id): Path<PersonId>) -> Answer<InvitationLink> {
    in_a_session(&op)?;
    create_with_secret(op, move |cx| {
        Ok(InvitationLink { link: format!("{}{}", desk.origin, invitation::invite(cx, id)?) })
    })
    .await
}

/// Take up an invitation and sign in
#[utoipa::path(post, path = "/invitations/accept", tag = "accounts", request_body = Acceptance,
    responses((status = 201, body = Me)), extensions(("x-permission" = json!("public"))))]
async fn accept_invitation(
    State(desk): State<Arc<Desk>>,
    op: Op,
    headers: HeaderMap,
    Body(asked): Body<Acceptance>,
) -> Result<Response, Problem> {
    // Nobody guesses 190 random bits; the password is hashed only for who holds them.
    let (token, now) = (asked.token.clone(), op.house.clock.now());
    let (person, email, name) = op.house.db.read(move |conn| invitation::guest(conn, &token, now)).await?;
    asked.password.check("password", &[&email, &name])?;
    let password_hash = desk.hash(asked.password).await?;
    op.house
        .db
        .write(move |conn| {
            let actor = session::just_proved(conn, person)?;
            invitation::accept(&Cx::new(conn, &actor, now), &asked.token, &password_hash)
        })
        .await?;
    let (said, cookie) = open_session(&op, &headers, person, "signed in").await?;
    Ok(with_cookie(said, Some(&cookie), desk.secure))
}

/// One's products; for admins all of them
#[utoipa::path(get, path = "/products", tag = "products", responses((status = 200, body = Rows<ProductRow>)),
    extensions(("x-permission" = json!("signed in"))))]
async fn get_products(op: Op) -> Answer<Rows<ProductRow>> {
    op.read(|cx| product::list_products(cx).map(Rows::all)).await
}

/// Begin a product
#[utoipa::path(post, path = "/products", tag = "products", request_body = NewProduct,
    responses((status = 201, body = ProductRow)), extensions(("x-permission" = json!("admin"))))]
async fn add_product(op: Op, Body(new): Body<NewProduct>) -> Answer<ProductRow> {
    op.create(move |cx| product::create_product(cx, &new).map(ProductRow::from)).await
}

/// Rename a product
#[utoipa::path(patch, path = "/products/{product}", tag = "products", params(("product" = String, Path, description = "key or id")),
    request_body = ProductPatch, responses((status = 200, body = ProductRow)), extensions(("x-permission" = json!("admin"))))]
async fn rename_product(op: Op, Path(name): Path<ProductName>, Body(patch): Body<ProductPatch>) -> Answer<ProductRow> {
    let version = op.expected_version()?;
    op.write(move |cx| product::rename(cx, &name, version, &patch)).await
}

/// Who holds which role
#[utoipa::path(get, path = "/products/{product}/members", tag = "products", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Rows<Member>)), extensions(("x-permission" = json!("see"))))]
async fn get_members(op: Op, Path(name): Path<ProductName>) -> Answer<Rows<Member>> {
    op.read(move |cx| product::list_members(cx, product::product(cx, &name)?.id).map(Rows::all)).await
}

/// Give somebody exactly these roles; none removes them from the product
#[utoipa::path(put, path = "/products/{product}/members/{person}", tag = "products",
    params(("product" = String, Path, description = "key or id"), ("person" = PersonId, Path)),
    request_body = RolesToGive, responses((status = 200, body = Member)), extensions(("x-permission" = json!("admin"))))]
async fn put_member(
    op: Op,
    Path((name, person)): Path<(ProductName, PersonId)>,
    Body(given): Body<RolesToGive>,
) -> Answer<Member> {
    in_a_session(&op)?;
    op.write(move |cx| {
        let product = product::product(cx, &name)?;
        product::set_member(cx, &product, person, &given.roles, given.department)
    })
    .await
}

/// A token works for its owner, but is not its owner: it neither makes tokens nor touches who may come in, how, or as
/// what.
fn in_a_session(op: &Op) -> Result<(), Problem> {
    if matches!(op.credential, Credential::Token(_)) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "session-needed",
            "Not with a token",
            "A token may not change who may sign in, how, or in which role. Do this in the browser.",
        ));
    }
    Ok(())
}

/// Creates what shows a secret once. Unlike [`Op::create`] it keeps no answer for repeated requests: the secret would
/// lie in the database.
async fn create_with_secret<T, F>(op: Op, create: F) -> Answer<T>
where
    T: Serialize + 'static,
    F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
{
    let Op { house, credential, .. } = op;
    let now = house.clock.now();
    let said = house
        .db
        .write(move |conn| {
            let actor = (house.authenticate)(conn, &credential, now)?;
            if actor.read_only {
                return Err(Fault::ReadOnly);
            }
            Said::new(StatusCode::CREATED, &create(&Cx::new(conn, &actor, now))?)
        })
        .await?;
    Ok(said)
}

async fn open_session(
    op: &Op,
    headers: &HeaderMap,
    person: PersonId,
    verb: &'static str,
) -> Result<(Said<Me>, String), Fault> {
    let (before, now, user_agent) = (op.credential.clone(), op.house.clock.now(), user_agent(headers));
    op.house
        .db
        .write(move |conn| {
            let actor = session::just_proved(conn, person)?;
            let cookie = session::open(&Cx::new(conn, &actor, now), person, &user_agent, &before, verb)?;
            let actor = authenticate(conn, &Credential::Session(hash_token(&cookie)), now)?;
            Ok((Said::new(StatusCode::CREATED, &me(&Cx::new(conn, &actor, now))?)?, cookie))
        })
        .await
}

fn user_agent(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn with_cookie<T>(said: Said<T>, value: Option<&str>, secure: bool) -> Response {
    (AppendHeaders([(header::SET_COOKIE, session::set_cookie(value, secure))]), said).into_response()
}
