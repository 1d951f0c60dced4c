//! Up to three tries within ten seconds, and a second one only where the first cannot have sent an SMS.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::failure::FailureKind;
use super::transport::{Answer, SendFailure, SmsTransport};

/// How long a delivery may take, all tries and waits together.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);
/// After this time nothing is tried again where a fallback stands ready: it is the better second try.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: u32 = 3;
/// Before the second and the third try, unless the provider asks for longer.
const WAITS: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(600)];

/// The last try's result, and what it took to get there.
pub(super) struct Attempted {
    pub result: Result<Answer, SendFailure>,
    pub tries: u32,
    pub took: Duration,
}

/// Sends a request, again where that is safe, and no more once `patience` is over.
pub(super) async fn send(transport: &dyn SmsTransport, request: &::sms::HttpRequest, patience: Duration) -> Attempted {
    let begun = Instant::now();
    let deadline = begun + DEADLINE;
    let mut tries = 0;
    let result = loop {
        tries += 1;
        let result = timeout_at(deadline, transport.send(request))
            .await
            .unwrap_or_else(|_| Err(SendFailure::new(FailureKind::TimedOut)));
        let Some(wait) = wait_before_next(&result, tries) else {
            break result;
        };
        if Instant::now() + wait >= begun + patience {
            break result;
        }
        tokio::time::sleep(wait).await;
    };
    Attempted {
        result,
        tries,
        took: begun.elapsed(),
    }
}

/// `None`: this was the last try.
fn wait_before_next(result: &Result<Answer, SendFailure>, tries: u32) -> Option<Duration> {
    if tries >= TRIES {
        return None;
    }
    let wait = WAITS[(tries as usize - 1).min(WAITS.len() - 1)];
    match result {
        Ok(answer) if is_busy(answer.status) => Some(answer.retry_after.map_or(wait, |asked| asked.max(wait))),
        Err(failure) if failure.kind.may_be_retried() => Some(wait),
        _ => None,
    }
}

/// Too Many Requests (RFC 6585) and Service Unavailable (RFC 9110): the provider says that it did nothing.
pub(super) fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Mutex;

    use super::*;
    use crate::sms::Distrust;
    use crate::sms::transport::Document;

    /// Answers in order; every try takes `each`.
    struct Script {
        answers: Mutex<Vec<Result<Answer, SendFailure>>>,
        each: Duration,
    }

    impl SmsTransport for Script {
        fn send<'a>(
            &'a self,
            _: &'a ::sms::HttpRequest,
        ) -> Pin<Box<dyn Future<Output = Result<Answer, SendFailure>> + Send + 'a>> {
            Box::pin(async {
                tokio::time::sleep(self.each).await;
                self.answers.lock().unwrap().remove(0)
            })
        }

        fn fetch<'a>(
            &'a self,
            _: &'a ::sms::HttpRequest,
            _: usize,
        ) -> Pin<Box<dyn Future<Output = Result<Document, SendFailure>> + Send + 'a>> {
            unreachable!("an SMS is sent, not fetched")
        }
    }

    async fn run_for(patience: Duration, each: Duration, answers: Vec<Result<Answer, SendFailure>>) -> Attempted {
        let settings = ::sms::Settings {
            url: "https://sms.example/?to=&num&m=&msg".into(),
            ..Default::default()
        };
        let values = ::sms::Values {
            number: "+94771234567",
            code: "1",
            minutes: 5,
            site: None,
        };
        let request = ::sms::compile(&settings)
            .template
            .unwrap()
            .render(&values, &|_| None)
            .unwrap();
        send(
            &Script {
                answers: Mutex::new(answers),
                each,
            },
            &request,
            patience,
        )
        .await
    }

    async fn run(each: Duration, answers: Vec<Result<Answer, SendFailure>>) -> Attempted {
        run_for(DEADLINE, each, answers).await
    }

    fn failure(kind: FailureKind) -> Result<Answer, SendFailure> {
        Err(SendFailure::new(kind))
    }

    const QUICK: Duration = Duration::from_millis(10);

    #[tokio::test(start_paused = true)]
    async fn what_cannot_have_left_is_tried_three_times() {
        for kind in [
            FailureKind::NameNotFound,
            FailureKind::ConnectionRefused,
            FailureKind::ConnectTimeout,
            FailureKind::Tls,
            FailureKind::Certificate(Distrust::Expired),
        ] {
            let attempted = run(QUICK, vec![failure(kind), failure(kind), failure(kind)]).await;
            assert_eq!(attempted.tries, 3, "{kind:?}");
            assert!(attempted.result.is_err());
        }
        let attempted = run(
            QUICK,
            vec![
                failure(FailureKind::Tls),
                Ok(Answer::new(503, "")),
                Ok(Answer::new(200, "")),
            ],
        )
        .await;
        assert_eq!((attempted.tries, attempted.result.unwrap().status), (3, 200));
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_have_left_is_never_sent_twice() {
        for kind in [FailureKind::TimedOut, FailureKind::ClosedEarly, FailureKind::BadAnswer] {
            assert_eq!(run(QUICK, vec![failure(kind)]).await.tries, 1, "{kind:?}");
        }
        for kind in [FailureKind::AddressRefused, FailureKind::BadRequest] {
            assert_eq!(
                run(QUICK, vec![failure(kind)]).await.tries,
                1,
                "{kind:?} will not change by itself"
            );
        }
        for status in [200, 301, 400, 401, 500, 502, 504] {
            assert_eq!(run(QUICK, vec![Ok(Answer::new(status, ""))]).await.tries, 1, "{status}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_after_is_honoured_if_it_fits() {
        let busy = |seconds| {
            Ok(Answer {
                retry_after: Some(Duration::from_secs(seconds)),
                ..Answer::new(429, "")
            })
        };
        let attempted = run(QUICK, vec![busy(4), Ok(Answer::new(200, ""))]).await;
        assert_eq!(attempted.tries, 2);
        assert!(attempted.took >= Duration::from_secs(4));
        let attempted = run(QUICK, vec![busy(60)]).await;
        assert_eq!(attempted.tries, 1);
        assert!(attempted.took < Duration::from_secs(1), "it does not wait for nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn with_a_fallback_only_what_fails_quickly_is_tried_again() {
        let kind = FailureKind::ConnectionRefused;
        let quick = run_for(PATIENCE, QUICK, vec![failure(kind), failure(kind), failure(kind)]).await;
        assert_eq!(quick.tries, 3);
        let slow = run_for(
            PATIENCE,
            Duration::from_secs(3),
            vec![failure(FailureKind::ConnectTimeout)],
        )
        .await;
        assert_eq!(slow.tries, 1);
        let answer = run_for(PATIENCE, Duration::from_secs(9), vec![Ok(Answer::new(200, ""))]).await;
        assert!(
            answer.result.is_ok(),
            "one that answers late is waited for all the same"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn everything_ends_within_ten_seconds() {
        let slow = vec![
            failure(FailureKind::ConnectTimeout),
            failure(FailureKind::ConnectTimeout),
            Ok(Answer::new(200, "")),
        ];
        let attempted = run(Duration::from_secs(4), slow).await;
        assert_eq!(attempted.took, DEADLINE);
        assert_eq!(
            attempted.result.unwrap_err().kind,
            FailureKind::TimedOut,
            "the third try was under way"
        );
    }
}
