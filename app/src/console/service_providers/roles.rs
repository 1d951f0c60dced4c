//! *Role/Permission Configuration*: local roles under the service provider's own names.

use domain::Problems;
use domain::input::service_provider::{RoleRow, ServiceProviderInput};
use leptos::prelude::*;

use super::rows::{RemoveButton, SPARE_ROWS};
use crate::ui::*;

const SENT: &str = "In the claim `http://wso2.org/claims/role` a role listed here is sent under the name given here; \
                    every other keeps its own.";

#[component]
pub fn RoleConfiguration(
    input: ServiceProviderInput,
    roles: Vec<String>,
    problems: Problems,
    may_manage: bool,
) -> impl IntoView {
    let hint = match input.roles.len() {
        0 => "roles keep their names".to_owned(),
        1 => "1 role mapping".to_owned(),
        n => format!("{n} role mappings"),
    };
    let filled = input.roles.len();
    let row = move |n: usize, row: RoleRow, spare: bool| role_row(n, row, &roles, &problems, may_manage && !spare);
    let spare: Vec<_> = (filled..filled + SPARE_ROWS)
        .map(|n| row(n, RoleRow::default(), true))
        .collect();
    let shown: Vec<_> = input
        .roles
        .into_iter()
        .enumerate()
        .map(|(n, role)| row(n, role, false))
        .collect();
    view! {
        <Card title="Role/Permission Configuration" hint open=true>
            <div class="fields" id="roles" tabindex="-1">
                {shown}
                {may_manage.then(|| view! {
                    <noscript><div class="fields">{spare}</div></noscript>
                    <div class="buttons"><Button small=true name="input[press]"
                        value="add-role">"Add Role Mapping"</Button></div>
                })}
                <p class="field-help">
                    {prose(SENT)}
                </p>
            </div>
        </Card>
    }
}

fn role_row(n: usize, row: RoleRow, roles: &[String], problems: &Problems, removable: bool) -> AnyView {
    let field = |part: &str| format!("roles[{n}][{part}]");
    let name = |part: &str| format!("input[roles][{n}][{part}]");
    let options: Vec<_> = [(String::new(), "Choose a role".to_owned())]
        .into_iter()
        .chain(roles.iter().map(|role| (role.clone(), role.clone())))
        .collect();
    view! {
        <div class="stack" role="group" aria-label=format!("Role mapping {}", n + 1)>
            <div class="pair">
                <SelectField name=name("local") label="Local Role" options value=row.local width=Width::Full
                    error=problems.of(&field("local"))/>
                <TextField name=name("remote") label="Service Provider Role" value=row.remote
                    error=problems.of(&field("remote"))/>
            </div>
            {removable.then(|| view! {
                <div class="line"><RemoveButton press=format!("remove-role-{n}")
                    what=format!("role mapping {}", n + 1)/></div>
            })}
        </div>
    }
    .into_any()
}
