use crate::customer::{AddCustomer, Customer, CustomerDetails, EditCustomer, customer, customers};
use crate::feedback::{AddFeedback, EditFeedback, Feedback, Filter, feedback, list};
use crate::triage::{FeedbackState, Triage, TriageState};
use axum::extract::FromRef;
use object::{carry_out, present};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::{Date, Label, ObjectName, ProductName, Title, Words};
use web::{Answer, Body, House, Op, Page, Paging, Path, Query, Rows};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    pub name: Title,
    pub segment: Option<Label>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub value: Option<f64>,
    #[schema(value_type = Option<String>, format = "email", max_length = 200)]
    pub email: Option<Label>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerPatch {
    pub name: Option<Title>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Label>)]
    pub segment: Option<Option<Label>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub value: Option<Option<f64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = "email", max_length = 200)]
    pub email: Option<Option<Label>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeedback {
    /// What was said, word for word.
    pub body: Words,
    /// The first line of the text when it is left out.
    pub title: Option<Title>,
    /// A customer's id or reference.
    #[schema(value_type = Option<String>)]
    pub customer: Option<ObjectName>,
    /// A customer's name; one who is not known yet is brought in.
    pub customer_name: Option<Title>,
    pub channel: Option<Label>,
    #[schema(minimum = 1, maximum = 5)]
    pub importance: Option<i64>,
    /// Today when it is left out.
    #[schema(value_type = Option<String>, format = "date")]
    pub received_on: Option<Date>,
    /// What it asks for: the id or reference of an opportunity, an initiative or an item.
    #[schema(value_type = Option<String>)]
    pub link: Option<ObjectName>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackPatch {
    pub title: Option<Title>,
    pub body: Option<Words>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub customer: Option<Option<ObjectName>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Label>)]
    pub channel: Option<Option<Label>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 5)]
    pub importance: Option<Option<i64>>,
    #[schema(value_type = Option<String>, format = "date")]
    pub received_on: Option<Date>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTriage {
    pub state: TriageState,
    /// Needed to decline.
    pub reason: Option<Words>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FeedbackQuery {
    pub state: Option<FeedbackState>,
    /// Words the title or the text holds.
    #[param(max_length = 500)]
    pub q: Option<String>,
    /// A customer's id or reference.
    #[param(value_type = Option<String>)]
    pub customer: Option<ObjectName>,
    /// At most so many rows; 50 unless said, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The routes of customers and their feedback.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_customers, add_customer))
        .routes(routes!(get_customer, edit_customer))
        .routes(routes!(list_feedback, add_feedback))
        .routes(routes!(get_feedback, edit_feedback))
        .routes(routes!(triage_feedback))
}

/// Customers, by name
#[utoipa::path(get, path = "/products/{product}/customers", tag = "feedback",
    params(("product" = String, Path, description = "key or id"), Paging),
    responses((status = 200, body = Rows<Customer>)), extensions(("x-permission" = json!("see"))))]
async fn list_customers(
    op: Op,
    Path(product): Path<ProductName>,
    Query(paging): Query<Paging>,
) -> Answer<Rows<Customer>> {
    op.read(move |cx| customers(cx, &product, &paging.page()?)).await
}

/// Bring in a customer
#[utoipa::path(post, path = "/products/{product}/customers", tag = "feedback",
    params(("product" = String, Path, description = "key or id")), request_body = NewCustomer,
    responses((status = 201, body = Customer)), extensions(("x-permission" = json!("feedback"))))]
async fn add_customer(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewCustomer>) -> Answer<Customer> {
    let NewCustomer { name, segment, value, email } = new;
    let change = AddCustomer { product, name, details: CustomerDetails { segment, value, email } };
    op.create(move |cx| customer(cx, &carry_out(cx, &change)?.into())).await
}

/// A customer
#[utoipa::path(get, path = "/customers/{customer}", tag = "feedback",
    params(("customer" = String, Path, description = "id or reference")),
    responses((status = 200, body = Customer)), extensions(("x-permission" = json!("see"))))]
async fn get_customer(op: Op, Path(name): Path<ObjectName>) -> Answer<Customer> {
    op.read(move |cx| customer(cx, &name)).await
}

/// Change what is known of a customer
#[utoipa::path(patch, path = "/customers/{customer}", tag = "feedback",
    params(("customer" = String, Path, description = "id or reference")), request_body = CustomerPatch,
    responses((status = 200, body = Customer)), extensions(("x-permission" = json!("triage"))))]
async fn edit_customer(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<CustomerPatch>) -> Answer<Customer> {
    let version = Some(op.expected_version()?);
    let CustomerPatch { name: new_name, segment, value, email } = patch;
    let change = EditCustomer { customer: name, version, name: new_name, segment, value, email };
    op.write(move |cx| customer(cx, &carry_out(cx, &change)?.into())).await
}

/// Feedback, newest first
#[utoipa::path(get, path = "/products/{product}/feedback", tag = "feedback",
    params(("product" = String, Path, description = "key or id"), FeedbackQuery),
    responses((status = 200, body = Rows<Feedback>)), extensions(("x-permission" = json!("see"))))]
async fn list_feedback(
    op: Op,
    Path(product): Path<ProductName>,
    Query(query): Query<FeedbackQuery>,
) -> Answer<Rows<Feedback>> {
    let FeedbackQuery { state, q, customer, limit, cursor } = query;
    let page = Page::of(limit, cursor.as_deref())?;
    let filter = Filter { state, words: q, customer };
    op.read(move |cx| list(cx, &product, &filter, &page)).await
}

/// Bring in feedback
#[utoipa::path(post, path = "/products/{product}/feedback", tag = "feedback",
    params(("product" = String, Path, description = "key or id")), request_body = NewFeedback,
    responses((status = 201, body = Feedback)), extensions(("x-permission" = json!("feedback"))))]
async fn add_feedback(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewFeedback>) -> Answer<Feedback> {
    let NewFeedback { body, title, customer, customer_name, channel, importance, received_on, link } = new;
    let change = AddFeedback { product, body, title, customer, customer_name, channel, importance, received_on, link };
    op.create(move |cx| feedback(cx, &carry_out(cx, &change)?.into())).await
}

/// A piece of feedback
#[utoipa::path(get, path = "/feedback/{feedback}", tag = "feedback",
    params(("feedback" = String, Path, description = "id or reference")),
    responses((status = 200, body = Feedback)), extensions(("x-permission" = json!("see"))))]
async fn get_feedback(op: Op, Path(name): Path<ObjectName>) -> Answer<Feedback> {
    op.read(move |cx| feedback(cx, &name)).await
}

/// Change what is kept of a piece of feedback
#[utoipa::path(patch, path = "/feedback/{feedback}", tag = "feedback",
    params(("feedback" = String, Path, description = "id or reference")), request_body = FeedbackPatch,
    responses((status = 200, body = Feedback)), extensions(("x-permission" = json!("triage"))))]
async fn edit_feedback(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<FeedbackPatch>) -> Answer<Feedback> {
    let version = Some(op.expected_version()?);
    let FeedbackPatch { title, body, customer, channel, importance, received_on } = patch;
    let change = EditFeedback { feedback: name, version, title, body, customer, channel, importance, received_on };
    op.write(move |cx| feedback(cx, &carry_out(cx, &change)?.into())).await
}

/// Triage: say what is to become of it
#[utoipa::path(put, path = "/feedback/{feedback}/triage", tag = "feedback",
    params(("feedback" = String, Path, description = "id or reference")), request_body = NewTriage,
    responses((status = 200, body = Feedback)), extensions(("x-permission" = json!("triage"))))]
async fn triage_feedback(op: Op, Path(name): Path<ObjectName>, Body(new): Body<NewTriage>) -> Answer<Feedback> {
    let NewTriage { state, reason } = new;
    let change = Triage { feedback: name, version: op.if_match(), state, reason };
    op.write(move |cx| feedback(cx, &carry_out(cx, &change)?.into())).await
}
