use crate::Registry;
use crate::delegation::{Delegate, Delegation, EndDelegation, delegations, product_of};
use crate::log::{DecisionRecord, LogDecision, LogFilter, log, record};
use crate::proposal::{Proposal, ProposalFilter, proposal, proposals};
use crate::propose::{MOST_CHANGES, make};
use crate::question::{
    AnswerQuestion, AskQuestion, Becomes, Question, QuestionFilter, Questions, answer, question, questions,
};
use crate::settle::{ProposalAcceptance, accept, decline, rebase, reopen, withdraw};
use crate::table::{DecisionRoles, DecisionTable, Explanation, SetWhoDecides, decisions, explain};
use access::{Fault, Kept};
use axum::extract::{FromRef, State};
use object::{Product, carry_out};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, Op, Path, Query, Rows};

/// The routes of who decides.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
    Registry: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_decisions, set_who_decides))
        .routes(routes!(explain_decision))
        .routes(routes!(list_delegations, delegate))
        .routes(routes!(end_delegation))
        .routes(routes!(list_proposals, make_proposal))
        .routes(routes!(get_proposal))
        .routes(routes!(accept_proposal))
        .routes(routes!(decline_proposal))
        .routes(routes!(withdraw_proposal))
        .routes(routes!(reopen_proposal))
        .routes(routes!(rebase_proposal))
        .routes(routes!(list_log, log_decision))
        .routes(routes!(get_record))
        .routes(routes!(list_questions, ask_question))
        .routes(routes!(get_question))
        .routes(routes!(answer_question, take_answer_back))
}

/// Who decides what
#[utoipa::path(get, path = "/products/{product}/decisions", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = DecisionTable)), extensions(("x-permission" = json!("see"))))]
async fn list_decisions(op: Op, Path(name): Path<ProductName>) -> Answer<DecisionTable> {
    op.read(move |cx| decisions(cx, &name)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWhoDecides {
    /// Lines that are not named stay as they are.
    #[schema(min_items = 1, max_items = 100)]
    pub rows: Vec<DecisionRoles>,
}

/// Change who decides what; product manager, product owner and scrum master have to agree
#[utoipa::path(put, path = "/products/{product}/decisions", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    request_body = NewWhoDecides, responses((status = 200, body = DecisionTable)), extensions(("x-permission" = json!("who_decides"))))]
async fn set_who_decides(
    op: Op,
    Path(product): Path<ProductName>,
    Body(NewWhoDecides { rows }): Body<NewWhoDecides>,
) -> Answer<DecisionTable> {
    let change = SetWhoDecides { product, rows };
    op.write(move |cx| {
        carry_out(cx, &change)?;
        decisions(cx, &change.product)
    })
    .await
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[param(inline)]
    pub decision: Decision,
    /// What it is about, by id or reference: what is in a running sprint is decided by others than what is not.
    #[param(value_type = Option<String>)]
    pub object: Option<ObjectName>,
    /// For another member than the one who asks.
    #[param(value_type = Option<String>, format = "uuid")]
    pub person: Option<PersonId>,
}

/// Why somebody may or may not decide a thing, in one sentence
#[utoipa::path(get, path = "/products/{product}/decisions/explanation", tag = "decisions", params(("product" = String, Path, description = "key or id"), Asked),
    responses((status = 200, body = Explanation)), extensions(("x-permission" = json!("see"))))]
async fn explain_decision(op: Op, Path(product): Path<ProductName>, Query(asked): Query<Asked>) -> Answer<Explanation> {
    op.read(move |cx| explain(cx, &product, asked.decision, asked.object.as_ref(), asked.person)).await
}

/// What is lent to whom
#[utoipa::path(get, path = "/products/{product}/delegations", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Rows<Delegation>)), extensions(("x-permission" = json!("see"))))]
async fn list_delegations(op: Op, Path(product): Path<ProductName>) -> Answer<Rows<Delegation>> {
    op.read(move |cx| delegations(cx, &product).map(Rows::all)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDelegation {
    pub decision: Decision,
    pub person_id: PersonId,
    /// The last day of it.
    #[schema(value_type = String, format = "date")]
    pub until: Date,
}

/// Lend a decision to a member until a day
#[utoipa::path(post, path = "/products/{product}/delegations", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    request_body = NewDelegation, responses((status = 201, body = Rows<Delegation>)), extensions(("x-permission" = json!("whoever decides"))))]
async fn delegate(
    op: Op,
    Path(product): Path<ProductName>,
    Body(NewDelegation { decision, person_id, until }): Body<NewDelegation>,
) -> Answer<Rows<Delegation>> {
    let change = Delegate { product, decision, person: person_id, until };
    op.create(move |cx| {
        carry_out(cx, &change)?;
        delegations(cx, &change.product).map(Rows::all)
    })
    .await
}

/// Take a lent decision back
#[utoipa::path(delete, path = "/delegations/{delegation}", tag = "decisions", params(("delegation" = DelegationId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("whoever decides"))))]
async fn end_delegation(op: Op, Path(delegation): Path<DelegationId>) -> Answer<()> {
    op.remove(move |cx| carry_out(cx, &EndDelegation { product: product_of(cx, delegation)?, delegation })).await
}

/// What waits to be decided, or was
#[utoipa::path(get, path = "/products/{product}/proposals", tag = "decisions", params(("product" = String, Path, description = "key or id"), ProposalFilter),
    responses((status = 200, body = Rows<Proposal>)), extensions(("x-permission" = json!("see"))))]
async fn list_proposals(
    op: Op,
    Path(product): Path<ProductName>,
    Query(asked): Query<ProposalFilter>,
) -> Answer<Rows<Proposal>> {
    op.read(move |cx| proposals(cx, &product, &asked)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProposal {
    /// Why, in Markdown.
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub reason: Option<vocabulary::Body>,
    #[schema(min_items = 1, max_items = 50)]
    pub changes: Vec<KeptChange>,
}

/// One change, as a proposal keeps it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptChange {
    /// Its kind, as in `rank_item`.
    #[schema(max_length = 100)]
    pub change: String,
    /// What it holds, as in `{"item": "APP-12", "place": {"at": "top"}}`.
    #[schema(value_type = Object)]
    pub with: Value,
}

/// Propose several changes as one; a single change is proposed by asking for it with `Prefer: propose`
#[utoipa::path(post, path = "/products/{product}/proposals", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    request_body = NewProposal, responses((status = 201, body = Proposal)), extensions(("x-permission" = json!("propose"))))]
async fn make_proposal(
    State(registry): State<Registry>,
    op: Op,
    Path(product): Path<ProductName>,
    Body(NewProposal { reason, changes }): Body<NewProposal>,
) -> Answer<Proposal> {
    let changes: Vec<Kept> = changes.into_iter().map(|KeptChange { change, with }| Kept { change, with }).collect();
    let reason = reason.unwrap_or_default();
    op.create(move |cx| {
        if changes.is_empty() || changes.len() > MOST_CHANGES {
            return Err(Fault::invalid("changes", format!("A proposal holds one to {MOST_CHANGES} changes.")));
        }
        let product = Product::load(cx, &product)?.id;
        let id = make(cx, registry, product, &changes, reason.as_str())?;
        proposal(cx, &id.into())
    })
    .await
}

/// One proposal
#[utoipa::path(get, path = "/proposals/{proposal}", tag = "decisions", params(("proposal" = String, Path, description = "id or reference")),
    responses((status = 200, body = Proposal)), extensions(("x-permission" = json!("see"))))]
async fn get_proposal(op: Op, Path(name): Path<ObjectName>) -> Answer<Proposal> {
    op.read(move |cx| proposal(cx, &name)).await
}

/// Accept a proposal, all of it or in part, as it is or changed
#[utoipa::path(put, path = "/proposals/{proposal}/acceptance", tag = "decisions", params(("proposal" = String, Path, description = "id or reference")),
    request_body = ProposalAcceptance, responses((status = 200, body = Proposal)), extensions(("x-permission" = json!("whoever decides"))))]
async fn accept_proposal(
    State(registry): State<Registry>,
    op: Op,
    Path(name): Path<ObjectName>,
    Body(acceptance): Body<ProposalAcceptance>,
) -> Answer<Proposal> {
    let version = op.if_match();
    op.write(move |cx| accept(cx, registry, &name, version, &acceptance)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    /// Why; whoever proposed it reads it.
    pub reason: Words,
}

/// Decline a proposal, with a reason
#[utoipa::path(put, path = "/proposals/{proposal}/refusal", tag = "decisions", params(("proposal" = String, Path, description = "id or reference")),
    request_body = Refusal, responses((status = 200, body = Proposal)), extensions(("x-permission" = json!("whoever decides"))))]
async fn decline_proposal(
    op: Op,
    Path(name): Path<ObjectName>,
    Body(Refusal { reason }): Body<Refusal>,
) -> Answer<Proposal> {
    let version = op.if_match();
    op.write(move |cx| decline(cx, &name, version, &reason)).await
}

/// Take one's own proposal back
#[utoipa::path(put, path = "/proposals/{proposal}/withdrawal", tag = "decisions", params(("proposal" = String, Path, description = "id or reference")),
    responses((status = 200, body = Proposal)), extensions(("x-permission" = json!("its author"))))]
async fn withdraw_proposal(op: Op, Path(name): Path<ObjectName>) -> Answer<Proposal> {
    let version = op.if_match();
    op.write(move |cx| withdraw(cx, &name, version)).await
}

/// Open a proposal again that was declined or withdrawn
#[utoipa::path(put, path = "/proposals/{proposal}/reopening", tag = "decisions", params(("proposal" = String, Path, description = "id or reference")),
    responses((status = 200, body = Proposal)), extensions(("x-permission" = json!("whoever closed it"))))]
async fn reopen_proposal(op: Op, Path(name): Path<ObjectName>) -> Answer<Proposal> {
    let version = op.if_match();
    op.write(move |cx| reopen(cx, &name, version)).await
}

/// Bring a proposal up to date with what it changes
#[utoipa::path(put, path = "/proposals/{proposal}/rebase", tag = "decisions", params(("proposal" = String, Path, description = "id or reference")),
    responses((status = 200, body = Proposal)), extensions(("x-permission" = json!("whoever decides, and its author"))))]
async fn rebase_proposal(State(registry): State<Registry>, op: Op, Path(name): Path<ObjectName>) -> Answer<Proposal> {
    let version = op.if_match();
    op.write(move |cx| rebase(cx, registry, &name, version)).await
}

/// What was decided
#[utoipa::path(get, path = "/products/{product}/decision-log", tag = "decisions", params(("product" = String, Path, description = "key or id"), LogFilter),
    responses((status = 200, body = Rows<DecisionRecord>)), extensions(("x-permission" = json!("see"))))]
async fn list_log(
    op: Op,
    Path(product): Path<ProductName>,
    Query(asked): Query<LogFilter>,
) -> Answer<Rows<DecisionRecord>> {
    op.read(move |cx| log(cx, &product, &asked)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRecord {
    /// What was decided, in one line.
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub context: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub options: Option<vocabulary::Body>,
    pub choice: Words,
    /// What it touches, by id or reference.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    pub concerns: Option<Vec<ObjectName>>,
}

/// Write a decision down
#[utoipa::path(post, path = "/products/{product}/decision-log", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    request_body = NewRecord, responses((status = 201, body = DecisionRecord)), extensions(("x-permission" = json!("log"))))]
async fn log_decision(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewRecord>) -> Answer<DecisionRecord> {
    let NewRecord { title, context, options, choice, concerns } = new;
    let (context, options) = (context.unwrap_or_default(), options.unwrap_or_default());
    let change =
        LogDecision { product, title, context, options, choice, concerns: concerns.unwrap_or_default(), settles: None };
    op.create(move |cx| record(cx, &carry_out(cx, &change)?.into())).await
}

/// One decision of the log
#[utoipa::path(get, path = "/decision-log/{decision}", tag = "decisions", params(("decision" = String, Path, description = "id or reference")),
    responses((status = 200, body = DecisionRecord)), extensions(("x-permission" = json!("see"))))]
async fn get_record(op: Op, Path(name): Path<ObjectName>) -> Answer<DecisionRecord> {
    op.read(move |cx| record(cx, &name)).await
}

/// What was asked, and how fast each role answers
#[utoipa::path(get, path = "/products/{product}/questions", tag = "decisions", params(("product" = String, Path, description = "key or id"), QuestionFilter),
    responses((status = 200, body = Questions)), extensions(("x-permission" = json!("see"))))]
async fn list_questions(
    op: Op,
    Path(product): Path<ProductName>,
    Query(asked): Query<QuestionFilter>,
) -> Answer<Questions> {
    op.read(move |cx| questions(cx, &product, &asked)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewQuestion {
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    /// Whom it is asked of.
    pub role: Role,
    /// What it is about, by id or reference.
    #[schema(value_type = Option<String>)]
    pub about: Option<ObjectName>,
}

/// Ask a role
#[utoipa::path(post, path = "/products/{product}/questions", tag = "decisions", params(("product" = String, Path, description = "key or id")),
    request_body = NewQuestion, responses((status = 201, body = Question)), extensions(("x-permission" = json!("question"))))]
async fn ask_question(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewQuestion>) -> Answer<Question> {
    let NewQuestion { title, body, role, about } = new;
    let change = AskQuestion { product, title, body: body.unwrap_or_default(), role, about };
    op.create(move |cx| question(cx, &carry_out(cx, &change)?.into())).await
}

/// One question
#[utoipa::path(get, path = "/questions/{question}", tag = "decisions", params(("question" = String, Path, description = "id or reference")),
    responses((status = 200, body = Question)), extensions(("x-permission" = json!("see"))))]
async fn get_question(op: Op, Path(name): Path<ObjectName>) -> Answer<Question> {
    op.read(move |cx| question(cx, &name)).await
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswer {
    pub answer: Words,
    /// What the answer becomes in the same step, if anything.
    pub becomes: Option<Becomes>,
}

/// Answer a question
#[utoipa::path(put, path = "/questions/{question}/answer", tag = "decisions", params(("question" = String, Path, description = "id or reference")),
    request_body = NewAnswer, responses((status = 200, body = Question)), extensions(("x-permission" = json!("whoever was asked"))))]
async fn answer_question(
    op: Op,
    Path(name): Path<ObjectName>,
    Body(NewAnswer { answer: words, becomes }): Body<NewAnswer>,
) -> Answer<Question> {
    op.write(move |cx| answer(cx, &name, words.clone(), becomes)).await
}

/// Take an answer back
#[utoipa::path(delete, path = "/questions/{question}/answer", tag = "decisions", params(("question" = String, Path, description = "id or reference")),
    responses((status = 200, body = Question)), extensions(("x-permission" = json!("whoever was asked"))))]
async fn take_answer_back(op: Op, Path(name): Path<ObjectName>) -> Answer<Question> {
    op.write(move |cx| {
        let id = carry_out(cx, &AnswerQuestion { question: name.clone(), answer: None })?;
        question(cx, &id.into())
    })
    .await
}
