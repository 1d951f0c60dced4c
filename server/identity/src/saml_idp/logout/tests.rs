use super::state::{Participant, Standing, State, Turn, change, id_for, insert, load, save};
use crate::testing::services;

fn participant(standing: Standing) -> Participant {
    Participant {
        service_provider_id: 1,
        name: "Wiki".into(),
        name_id: "admin".into(),
        name_id_format: String::new(),
        session_indexes: vec!["_1".into()],
        sent: Vec::new(),
        standing,
    }
}

fn state(standings: &[Standing]) -> State {
    State {
        ended: true,
        participants: standings.iter().copied().map(participant).collect(),
        ..State::default()
    }
}

#[test]
fn whoever_was_asked_is_waited_for_before_the_next_is_told() {
    use Standing::{Asked, LoggedOut, NothingToTell, Refused, Silent, Skipped, Unreachable, Unusable, Waiting};
    assert_eq!(state(&[]).turn(), Turn::Over);
    assert_eq!(state(&[Waiting, LoggedOut]).turn(), Turn::Tell);
    assert_eq!(state(&[Waiting, Asked]).turn(), Turn::Wait);
    let done = [
        LoggedOut,
        Refused,
        Unusable,
        Silent,
        Unreachable,
        Skipped,
        NothingToTell,
    ];
    assert_eq!(state(&done).turn(), Turn::Over);
    assert!(state(&[LoggedOut, LoggedOut]).is_complete());
    for standing in &done[1..] {
        assert!(!state(&[LoggedOut, *standing]).is_complete(), "{standing:?}");
    }
}

#[test]
fn an_answer_counts_late_and_logged_out_stays_so() {
    let mut one = participant(Standing::Waiting);
    one.ask("_1");
    assert!(one.awaits("_1"));
    one.ask("_2");
    assert!(one.awaits("_2") && !one.awaits("_1"), "only the newest is waited for");
    one.standing = Standing::Skipped;
    assert!(!one.awaits("_2"));
    one.answered(Standing::LoggedOut);
    one.answered(Standing::Refused);
    assert_eq!(one.standing, Standing::LoggedOut);
}

#[tokio::test]
async fn of_two_who_read_the_same_row_one_saves() {
    let (services, _, _) = services().await;
    let id = id_for("test", "one");
    assert!(
        insert(&services, &services.db, &id, "secret", &state(&[]))
            .await
            .unwrap()
    );
    assert!(
        !insert(&services, &services.db, &id, "other", &state(&[]))
            .await
            .unwrap()
    );
    let (mut first, _) = load(&services, &id).await.unwrap().unwrap();
    let (mut second, _) = load(&services, &id).await.unwrap().unwrap();
    assert!(
        save(&services.db, &mut first, &state(&[Standing::Asked]))
            .await
            .unwrap()
    );
    assert!(!save(&services.db, &mut second, &state(&[])).await.unwrap());
    assert!(
        save(&services.db, &mut first, &state(&[Standing::Skipped]))
            .await
            .unwrap(),
        "it knows its own version"
    );
    let answered = change(&services, &id, |state| {
        state.participants[0].answered(Standing::LoggedOut);
        Some(())
    });
    assert_eq!(answered.await.unwrap(), Some(()));
    let (_, kept) = load(&services, &id).await.unwrap().unwrap();
    assert_eq!(kept.participants[0].standing, Standing::LoggedOut);
}

#[test]
fn ids_tell_kinds_and_names_apart_and_fit_the_column() {
    let ids = [
        id_for("request", "a/b"),
        id_for("session", "a/b"),
        id_for("request", "a"),
    ];
    assert!(ids.iter().all(|id| id.len() == 22));
    assert!(ids[0] != ids[1] && ids[0] != ids[2]);
    assert_eq!(ids[0], id_for("request", "a/b"));
}
