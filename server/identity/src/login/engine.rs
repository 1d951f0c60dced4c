//! The engine: begins a flow, opens its page, takes an input, and says what comes next.
//!
//! Saves the flow before anything is sent, so that whoever loses a race only reads the winner's result.

use domain::flow::{Authenticator, Reason};
use entity::user;
use sea_orm::{ConnectionTrait, EntityTrait};
use tracing::Instrument;

use super::authenticator::password::{self, Verified};
use super::authenticator::sms_otp::{self, Started};
use super::carried::{finish, hand_out_again, password_mark, session_of, still_carried};
use super::end::log_ended;
use super::events::{self, Event, note};
use super::flow_store::{self, Flow};
use super::log::{self, SignIn};
use super::prompt::{self, FlowView};
use super::sms_step::take_sms_input;
use super::stage::Notice;
use super::{Continuation, Input, Next, choice, claims};
use crate::sessions::Client;
use crate::{Error, Result, Services, token};

/// What a flow begins with.
#[derive(Clone, Debug)]
pub struct Begin {
    pub continuation: Continuation,
    pub service_provider_id: Option<i64>,
    /// The name pages show.
    pub application: String,
    pub steps: Vec<Vec<Authenticator>>,
    /// Sessions count for nothing.
    pub force: bool,
    /// Nothing may be asked: what a session does not satisfy ends the flow.
    pub passive: bool,
}

/// A new flow; the secret goes into this browser's cookie of the flow and nowhere else.
#[derive(Debug)]
pub struct Begun {
    pub flow_id: String,
    pub browser_secret: String,
}

/// What this browser's cookies hold.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a> {
    /// The flow's cookie.
    pub flow: &'a str,
    /// The sign-in session's cookie, where there is one.
    pub session: Option<&'a str>,
}

/// A finished sign-in.
#[derive(Debug)]
pub struct Done {
    /// Where the browser goes on.
    pub path: String,
    /// A new sign-in session's secret for the cookie.
    pub session_secret: Option<String>,
}

/// Begins a flow for this browser.
///
/// # Errors
/// `Internal` only.
pub async fn begin(services: &Services, db: &impl ConnectionTrait, begin: Begin) -> Result<Begun> {
    let browser_secret = token::secret()?;
    let flow_id = flow_store::insert(services, db, &begin, &browser_secret).await?;
    Ok(Begun {
        flow_id,
        browser_secret,
    })
}

/// Opens the flow's page. The first time, a live session satisfies what it can, and only the missing step is asked.
///
/// # Errors
/// `NotFound` for a flow that is not this browser's.
pub async fn open(
    services: &Services,
    id: &str,
    browser: Browser<'_>,
    client: &Client,
) -> Result<(FlowView, Option<Done>)> {
    let mut flow = flow_store::find(services, id, browser.flow)
        .await?
        .ok_or(Error::NotFound)?;
    if flow.stage.ended.is_some() || flow.stage.is_done() {
        let done = hand_out_again(services, &mut flow, browser, client).await?;
        return Ok((prompt::view(services, &flow).await?, done));
    }
    if !flow.stage.opened {
        flow.stage.opened = true;
        if flow.stage.steps.is_empty() || flow.stage.steps.iter().any(Vec::is_empty) {
            flow.stage.ended = Some(Reason::StepMisconfigured);
        } else if !flow.stage.force
            && let Some(live) = session_of(services, browser.session).await?
        {
            flow.stage.passed = live.satisfied;
            flow.stage.username = live.user.username;
            flow.stage.skip_satisfied();
            flow.row.user_id = (!flow.stage.passed.is_empty()).then_some(live.user.id);
            flow.row.session_id = flow.row.user_id.map(|_| live.row.id);
        }
        if flow.stage.passive && !flow.stage.is_done() {
            flow.stage.ended = Some(Reason::Passive);
        }
        let carried = !flow.stage.passed.is_empty();
        let done = match go_on(services, &mut flow, browser, client).await? {
            Progress::Saved(done) => {
                if carried {
                    note(services, &services.db, id, Event::Carried, "", &client.address).await?;
                }
                done
            }
            Progress::Lost => {
                flow = flow_store::find(services, id, browser.flow)
                    .await?
                    .ok_or(Error::NotFound)?;
                None
            }
        };
        return Ok((prompt::view(services, &flow).await?, done));
    }
    if flow.stage.asks_claims {
        let done = given_meanwhile(services, &mut flow, browser, client).await?;
        return Ok((prompt::view(services, &flow).await?, done));
    }
    // A crash between saving the step and sending its code: the challenge is missing, and is made now.
    if matches!(flow.stage.asked(), Some(Authenticator::SmsOtp { .. }))
        && prompt::challenge(services, &flow).await?.is_none()
    {
        start_step(services, &mut flow, client).await?;
    }
    Ok((prompt::view(services, &flow).await?, None))
}

/// Takes an input. What went wrong is kept in the flow, where the page finds it.
///
/// Runs in a task of its own: a code is used up once it is right, and a browser that goes away in that moment, as in a double
/// click, must not cost the person the step.
///
/// # Errors
/// `NotFound` for a flow that is not this browser's; `Busy` when too many passwords wait.
pub async fn submit(
    services: &Services,
    id: &str,
    browser: Browser<'_>,
    input: Input,
    client: &Client,
) -> Result<Next> {
    let (services, id, client) = (services.clone(), id.to_owned(), client.clone());
    let (flow, session) = (browser.flow.to_owned(), browser.session.map(str::to_owned));
    let taken = async move {
        let browser = Browser {
            flow: &flow,
            session: session.as_deref(),
        };
        take(&services, &id, browser, input, &client).await
    };
    tokio::spawn(taken.in_current_span()).await.map_err(Error::internal)?
}

async fn take(services: &Services, id: &str, browser: Browser<'_>, input: Input, client: &Client) -> Result<Next> {
    let mut flow = flow_store::find(services, id, browser.flow)
        .await?
        .ok_or(Error::NotFound)?;
    if flow.stage.ended.is_some() || flow.stage.is_done() || !flow.stage.opened {
        let done = hand_out_again(services, &mut flow, browser, client).await?;
        return Ok(done.map_or(Next::Prompt, Next::Done));
    }
    if !still_carried(services, &mut flow, browser).await? {
        flow_store::save(&services.db, &mut flow).await?;
        return Ok(Next::Prompt);
    }
    flow.stage.notice = None;
    let before = flow.stage.current;
    let asked = flow.stage.asked().cloned();
    match (input, asked.clone()) {
        (Input::Choose(option), None) => {
            let open = choice::is_open(services, &flow, option).await?;
            flow.stage.chosen = open.then_some(option);
            if let Some(chosen) = flow.stage.asked() {
                let name = events::authenticator_name(chosen);
                note(services, &services.db, id, Event::Chosen, &name, &client.address).await?;
            }
        }
        (Input::ChooseAgain, Some(_)) if flow.stage.is_choice() => {
            flow.stage.chosen = None;
            flow.stage.backup = false;
        }
        (Input::Claims(typed), None) if flow.stage.asks_claims => {
            claims::take(services, &mut flow, &typed, client).await?;
        }
        (Input::Password { username, password }, Some(Authenticator::Basic)) => {
            take_password(services, &mut flow, &username, &password, client).await?;
        }
        (input, Some(asked @ Authenticator::SmsOtp { identity_provider })) => {
            if !take_sms_input(services, &mut flow, input, asked, identity_provider, client).await? {
                return Ok(Next::Prompt);
            }
        }
        // The page of an earlier step, from the back button or another tab: show where the flow stands.
        _ => return Ok(Next::Prompt),
    }
    let passed = asked.filter(|_| flow.stage.current > before).zip(flow.row.user_id);
    let mut progress = go_on(services, &mut flow, browser, client).await?;
    if let Some((asked, user_id)) = passed {
        let mut tries = 0..PASS_TRIES;
        while matches!(progress, Progress::Lost) && tries.next().is_some() {
            progress = pass_again(services, &mut flow, browser, client, asked.clone(), user_id).await?;
        }
    }
    Ok(match progress {
        Progress::Saved(Some(done)) => Next::Done(done),
        _ => Next::Prompt,
    })
}

/// How often a step that was passed is saved against other tabs: more of them than a step has attempts.
const PASS_TRIES: u32 = 12;

/// What saving a flow came to.
pub(super) enum Progress {
    /// Saved; finished, if there is something.
    Saved(Option<Done>),
    /// Another request saved in between.
    Lost,
}

/// A code is used up once it is right: another tab's harmless change in between must not cost the person the step.
async fn pass_again(
    services: &Services,
    flow: &mut Flow,
    browser: Browser<'_>,
    client: &Client,
    asked: Authenticator,
    user_id: i64,
) -> Result<Progress> {
    let Some(fresh) = flow_store::find(services, &flow.row.id, browser.flow).await? else {
        return Ok(Progress::Lost);
    };
    let lost = std::mem::replace(flow, fresh);
    let same_user = flow.row.user_id.is_none_or(|id| id == user_id);
    if flow.stage.ended.is_some() || !same_user || flow.stage.asked() != Some(&asked) {
        return Ok(Progress::Lost);
    }
    flow.row.user_id = Some(user_id);
    if asked == Authenticator::Basic {
        flow.stage.password_mark = lost.stage.password_mark;
    }
    flow.stage.pass(asked, services.clock.now());
    flow.stage.skip_satisfied();
    go_on(services, flow, browser, client).await
}

async fn take_password(
    services: &Services,
    flow: &mut Flow,
    username: &str,
    password: &str,
    client: &Client,
) -> Result<()> {
    flow.stage.username = username.trim().chars().take(100).collect();
    if username.trim().is_empty() || password.is_empty() {
        flow.stage.notice = Some(Notice::PasswordMissing);
        return Ok(());
    }
    match password::verify(services, username, password, &client.address).await? {
        Verified::Right(user) => {
            if flow.row.user_id != Some(user.id) {
                // Another user than the session's: nothing that one had passed counts.
                flow.stage.start_over();
                flow.row.session_id = None;
            }
            flow.row.user_id = Some(user.id);
            flow.stage.password_mark = password_mark(&user);
            flow.stage.pass(Authenticator::Basic, services.clock.now());
            flow.stage.skip_satisfied();
            let at = &client.address;
            note(services, &services.db, &flow.row.id, Event::PasswordRight, "", at).await?;
        }
        Verified::Locked(user) => {
            flow.row.user_id = Some(user.id);
            flow.stage.ended = Some(Reason::Locked);
        }
        Verified::Wrong { known } => {
            flow.stage.notice = Some(Notice::WrongPassword);
            let username = known.as_deref().unwrap_or_default();
            let entry = SignIn {
                username,
                outcome: "wrong_password",
                ..sign_in(flow, client)
            };
            log::record(services, &services.db, entry).await?;
        }
        Verified::Wait(until) => flow.stage.notice = Some(Notice::PasswordWait { until }),
    }
    Ok(())
}

/// Claims that were asked for may have been given by an administrator or in another tab: then nothing is left to ask.
async fn given_meanwhile(
    services: &Services,
    flow: &mut Flow,
    browser: Browser<'_>,
    client: &Client,
) -> Result<Option<Done>> {
    if !still_carried(services, flow, browser).await? {
        flow_store::save(&services.db, flow).await?;
        return Ok(None);
    }
    if claims::missing(services, flow).await?.is_to_be_asked() {
        return Ok(None);
    }
    match go_on(services, flow, browser, client).await? {
        Progress::Saved(done) => Ok(done),
        Progress::Lost => {
            // Another tab was faster: the page shows what it has made of the flow.
            *flow = flow_store::find(services, &flow.row.id, browser.flow)
                .await?
                .ok_or(Error::NotFound)?;
            Ok(None)
        }
    }
}

/// Saves what has been reached, then does what it takes: asks for claims, begins the next step, or finishes.
async fn go_on(services: &Services, flow: &mut Flow, browser: Browser<'_>, client: &Client) -> Result<Progress> {
    if flow.stage.all_passed() {
        claims::look(services, flow).await?;
    }
    if flow.stage.asked().is_none()
        && flow.stage.is_choice()
        && flow.stage.ended.is_none()
        && let Some(reason) = choice::hopeless(services, flow).await?
    {
        flow.stage.ended = Some(reason);
    }
    if flow.stage.is_done() {
        return finish(services, flow, browser, client).await;
    }
    if !flow_store::save(&services.db, flow).await? {
        return Ok(Progress::Lost);
    }
    if let Some(reason) = flow.stage.ended {
        log_ended(services, flow, reason, client).await?;
    } else if matches!(flow.stage.asked(), Some(Authenticator::SmsOtp { .. })) {
        start_step(services, flow, client).await?;
    }
    Ok(Progress::Saved(None))
}

/// Begins an SMS step, which may end the sign-in.
async fn start_step(services: &Services, flow: &mut Flow, client: &Client) -> Result<()> {
    let Some(Authenticator::SmsOtp { identity_provider }) = flow.stage.asked().cloned() else {
        return Ok(());
    };
    // A code can only go to somebody: a first step by SMS has nobody yet.
    let started = match flow.row.user_id {
        Some(user_id) => sms_otp::start(services, flow, user_id, identity_provider, client).await?,
        None => Started::Ended(Reason::StepMisconfigured),
    };
    match started {
        Started::Waiting => {}
        Started::Again(notice) => {
            flow.stage.notice = Some(notice);
            flow_store::save(&services.db, flow).await?;
        }
        Started::Ended(reason) => {
            flow.stage.ended = Some(reason);
            if flow_store::save(&services.db, flow).await? {
                log_ended(services, flow, reason, client).await?;
            }
        }
    }
    Ok(())
}

pub(super) async fn flow_user(services: &Services, flow: &Flow) -> Result<user::Model> {
    let id = flow
        .row
        .user_id
        .ok_or_else(|| Error::internal("a step after the first has no user"))?;
    user::Entity::find_by_id(id)
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)
}

pub(super) fn sign_in<'a>(flow: &'a Flow, client: &'a Client) -> SignIn<'a> {
    SignIn {
        flow_id: &flow.row.id,
        application: &flow.row.application,
        address: &client.address,
        service_provider_id: flow.row.service_provider_id,
        ..SignIn::default()
    }
}
