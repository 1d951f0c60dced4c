//! Every address of the user interface, in one table. Each page is rendered whole before it is answered, so that it can
//! still become a redirect or a 404 and needs no script to be put together.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::{console, login};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=login::not_found::NotFound>
                <Route path=path!("/login/:flow") view=login::page::LoginPage ssr=SsrMode::Async/>
                <Route path=path!("/logout") view=login::logout::LogOutPage ssr=SsrMode::Async/>
                <Route path=path!("/logout/:id") view=login::logout::LogoutPage ssr=SsrMode::Async/>
                <Route path=path!("/console") view=console::home::Home ssr=SsrMode::Async/>
                <Route path=path!("/console/login") view=console::sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/console/confirm-password") view=console::confirm_password::ConfirmPasswordPage ssr=SsrMode::Async/>

                <Route path=path!("/console/identity-providers") view=console::identity_providers::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/new") view=console::identity_providers::AddPage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/resident") view=console::resident::ResidentPage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/resident/keys/publish") view=console::resident::PublishPage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/resident/keys/import") view=console::resident::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/resident/keys/:id/use") view=console::resident::UsePage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/resident/keys/:id/retire") view=console::resident::RetirePage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/:id") view=console::identity_providers::EditPage ssr=SsrMode::Async/>
                <Route path=path!("/console/identity-providers/:id/delete") view=console::identity_providers::DeletePage ssr=SsrMode::Async/>

                <Route path=path!("/console/service-providers") view=console::service_providers::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/new") view=console::service_providers::AddPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/import") view=console::service_providers::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/delete-selected") view=console::service_providers::DeleteSelectedPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id") view=console::service_providers::EditPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/saml") view=console::service_providers::SamlPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/metadata") view=console::service_providers::MetadataPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/metadata/compare") view=console::service_providers::ComparisonPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/authentication-steps") view=console::service_providers::StepsPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/preview") view=console::service_providers::PreviewPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/blocked-users") view=console::service_providers::BlockedUsersPage ssr=SsrMode::Async/>
                <Route path=path!("/console/service-providers/:id/delete") view=console::service_providers::DeletePage ssr=SsrMode::Async/>

                <Route path=path!("/console/users") view=console::users::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/new") view=console::users::AddPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/delete-selected") view=console::users::DeleteSelectedPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/import") view=console::users::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/import/:id/columns") view=console::users::ColumnsPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/import/:id/review") view=console::users::ReviewPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/import/:id/progress") view=console::users::ProgressPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/profile") view=console::users::ProfilePage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/roles") view=console::users::RolesPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/password") view=console::users::PasswordPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/backup-codes") view=console::users::BackupCodesPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/backup-codes/revoke") view=console::users::RevokeBackupCodesPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/sessions") view=console::users::SessionsPage ssr=SsrMode::Async/>
                <Route path=path!("/console/users/:username/delete") view=console::users::DeletePage ssr=SsrMode::Async/>
                <Route path=path!("/console/roles") view=console::roles::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/roles/new") view=console::roles::AddPage ssr=SsrMode::Async/>
                <Route path=path!("/console/roles/:id") view=console::roles::EditPage ssr=SsrMode::Async/>
                <Route path=path!("/console/roles/:id/delete") view=console::roles::DeletePage ssr=SsrMode::Async/>

                <Route path=path!("/console/claims") view=console::claims::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/claims/new") view=console::claims::AddPage ssr=SsrMode::Async/>
                <Route path=path!("/console/claims/edit") view=console::claims::EditPage ssr=SsrMode::Async/>
                <Route path=path!("/console/claims/delete") view=console::claims::DeletePage ssr=SsrMode::Async/>

                <Route path=path!("/console/deliveries") view=console::deliveries::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/deliveries/:id") view=console::deliveries::DetailsPage ssr=SsrMode::Async/>
                <Route path=path!("/console/sign-ins") view=console::sign_ins::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/sign-ins/:id") view=console::sign_ins::DetailsPage ssr=SsrMode::Async/>
                <Route path=path!("/console/audit") view=console::audit::ListPage ssr=SsrMode::Async/>
                <Route path=path!("/console/audit/:id") view=console::audit::DetailsPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
