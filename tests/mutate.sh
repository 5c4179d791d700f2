#!/usr/bin/env bash
# Takes one safeguard away at a time, on a copy of the tree, and expects the tests to notice.
#
#   tests/mutate.sh              all of them
#   tests/mutate.sh role gate    these
#   tests/mutate.sh --fit        only looks whether each still finds what it takes away: seconds, in CI
#
# It prints a table and fails when a mutation stays green. The servers of the tests must run:
# infra/ci/services.sh start.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
target=${CARGO_TARGET_DIR:-$root/target}
mutants=$target/mutants
tree=$mutants/tree
only_ask=
. "$root/tests/copied_tree.sh"
export CARGO_TARGET_DIR=$mutants/target CI=true TEST_STORES=both RUST_BACKTRACE=0

say() { printf '%s\n' "$*" >&2; }

# change FILE PERL-EXPRESSION: each of its parts must change something, or the mutation proves nothing.
change() {
    local each="(${2//; s\//) or die \"no match\\n\"; (s/}) or die \"no match\\n\""
    case $only_ask in
    yes) return 0 ;;
    fit)
        perl -0pe "$each" "$root/$1" >/dev/null 2>&1 || misfits+=("$1: $2")
        return 0
        ;;
    esac
    perl -0pi -e "$each" "$tree/$1" || {
        say "the mutation does not fit $1 any more: $2"
        exit 2
    }
}

# What is taken away, and the tests that must turn red: those of the package `it` unless it says others.
mutate() {
    of='--package it --test it'
    case $1 in
    role) # the transaction no longer takes the tenant's role, and the login may do what its roles may
        change core/db/src/postgres.rs 's/format!\("\{begin\}; SET LOCAL ROLE \{\}", quote\(role\)\)/{ let _ = quote(role); begin.to_owned() }/'
        change core/db/src/setup.rs 's/LOGIN NOINHERIT PASSWORD/LOGIN INHERIT PASSWORD/'
        change core/db/src/provision.rs 's/NOLOGIN NOINHERIT/NOLOGIN INHERIT/'
        tests='isolation::queries isolation::escapes'
        ;;
    grants) # everybody may use every tenant's schema and tables
        change core/db/src/migration.rs 's/TO \{role\};/TO PUBLIC;/'
        change core/db/src/provision.rs 's/GRANT USAGE ON SCHEMA \{schema\} TO \{role\}/GRANT USAGE ON SCHEMA {schema} TO PUBLIC/'
        tests='isolation::queries isolation::escapes'
        ;;
    clean-up) # a connection goes back as it is, whatever is open on it
        change core/db/src/pool.rs 's/if self\.clean \{/if self.clean || !self.clean {/'
        tests='isolation::borrowers'
        ;;
    mfa-door) # the password alone opens a session
        change apps/accounts/src/pages/arrive.rs 's/Proven::First\(method\) if second_factor::is_on\(catalog, user\)\.await\? =>/Proven::First(method) if method.is_empty() =>/'
        tests='second_step'
        ;;
    totp-once) # a code is taken as often as it is sent
        change apps/accounts/src/second_factor/mod.rs 's/LastStep\.lt\(step\)/LastStep.lte(step)/'
        tests='second_step'
        ;;
    recovery-once) # a recovery code lets in again and again
        change apps/accounts/src/second_factor/codes.rs 's/\.filter\(Column::UsedAt\.is_null\(\)\)\n        \.col_expr/\n        .col_expr/'
        tests='second_step'
        ;;
    mfa-tries) # codes are guessed without end
        change apps/accounts/src/pages/mfa.rs 's/if let Err\(spent\) = core\.limiter\.allow\(limit, &subject\)\.await\? \{/if let Err(spent) = core.limiter.allow(limit, \&core_base_id()).await? {/; s/async fn draw/fn core_base_id() -> String { platform::people::Token::random().hash_hex() }\n\nasync fn draw/'
        tests='second_step'
        ;;
    mfa-stamp) # another password leaves open what was begun with the one before
        change apps/accounts/src/pages/pending.rs 's/stamp\(&person\) == pending\.stamp/stamp(\&person) == pending.stamp || true/'
        tests='second_step'
        ;;
    sudo) # what is grave asks nobody who they are
        change core/access/src/sessions.rs 's/\(clock::now\(\) - at\)\.abs\(\) <= PROOF/(clock::now() - at).abs() <= PROOF * 100/'
        tests='second_step'
        ;;
    sudo-workspace) # what everybody is asked for is decided by whoever sits at an open browser
        change apps/accounts/src/pages/policy.rs 's/session\.map_or\(Err\(Error::Forbidden\), Session::proven\)/session.map_or(Err(Error::Forbidden), |_| Ok(()))/'
        tests='doors::policy'
        ;;
    sudo-cross) # a workspace hands out a new session for nothing
        change apps/tenants/src/pages/cross.rs 's/prove == "yes" && !session\.is_proved\(\)/prove == "yes" \&\& session.is_proved()/'
        tests='doors::policy'
        ;;
    sudo-other) # somebody else's proof is taken
        change apps/tenants/src/pages/cross.rs 's/ticket\.filter\(\|ticket\| is_theirs\(ticket\.user\)\)/ticket.filter(|ticket| is_theirs(ticket.user) || true)/'
        tests='doors::policy'
        ;;
    sudo-carried) # a session that takes the place of another is a proof of its own
        change apps/accounts/src/pages/account.rs 's/proved_at: session\.proved_at,/proved_at: Some(platform::clock::now()),/'
        tests='second_step'
        ;;
    prove-token) # whoever copied a session before its person proved themselves has a proof too
        change apps/accounts/src/pages/prove.rs 's/let token = core\.sessions\.prove\(session\)\.await\?;/let token = core.sessions.prove(session).await?; let _ = \&token;/'
        change core/access/src/sessions.rs 's/\.col_expr\(session::Column::TokenHash, Expr::value\(token\.hash\(\)\)\)//'
        tests='second_step'
        ;;
    sessions-sudo) # whoever stole a session logs its person out
        change apps/accounts/src/pages/devices.rs 's/    session\.proven\(\)\?;\n//g'
        tests='second_step'
        ;;
    auth-state) # an answer is good in any browser
        change core/oauth/src/provider.rs 's/answer\.state != flow\.state/answer.state.len() > 500/'
        tests='connected'
        ;;
    auth-once) # and as often as it is sent
        change apps/accounts/src/pages/auth.rs 's/if !use_once\((.*?)\)\.await\? \{/if !use_once($1).await? \&\& false {/s'
        tests='connected'
        ;;
    auth-issuer) # another provider answers
        change core/oauth/src/open_id.rs 's/if is_same \{/if is_same || true {/'
        tests='connected'
        ;;
    auth-nonce) # a token of another flow
        change core/oauth/src/open_id.rs 's/let mut checked = token\.claims\(&self\.verifier\(&known, &claims\)\?, &nonce\);/let mut checked = token.claims(\&self.verifier(\&known, \&claims)?, |_: Option<\&Nonce>| Ok(()));/; s/checked = token\.claims\(&self\.verifier\(&renewed, &claims\)\?, &nonce\);/checked = token.claims(\&self.verifier(\&renewed, \&claims)?, |_: Option<\&Nonce>| Ok(()));/; s/let nonce = Nonce::new\(flow\.nonce\.clone\(\)\);//'
        tests='connected'
        ;;
    auth-secret) # a token that is signed with what more than one knows
        change core/oauth/src/open_id.rs 's/CoreIdTokenVerifier::new_public_client\(client, issuer, keys\)\n            \.set_allowed_algs\(ALGORITHMS\)/CoreIdTokenVerifier::new_confidential_client(client, ClientSecret::new(self.client.secret.clone()), issuer, keys).allow_any_alg()/; s/const ALGORITHMS/#[expect(dead_code)] const ALGORITHMS/'
        tests='connected'
        ;;
    auth-verified) # what a provider does not say of an address is so
        change core/oauth/src/open_id.rs 's/Trust::Verified => told\.email_verified/Trust::Verified => true/'
        tests='connected'
        ;;
    auth-domain) # any tenant of Microsoft says whose an address is
        change core/oauth/src/open_id.rs 's/Trust::DomainOwner => told\.xms_edov/Trust::DomainOwner => told.xms_edov || told.email_verified/'
        tests='connected'
        ;;
    auth-address) # who somebody is at a provider is the address they have there
        change apps/accounts/src/connection/mod.rs 's/\.filter\(Column::Subject\.eq\(&identity\.subject\)\)/.filter(Column::Account.eq(account(identity)))/'
        tests='connected'
        ;;
    auth-pass) # a page elsewhere makes somebody connect what is not theirs
        change apps/accounts/src/pages/auth.rs 's/if is\(session, "connect", &start\.connect\)/if is(session, "connect", \&start.connect) || !start.connect.is_empty()/'
        tests='connected'
        ;;
    auth-taken) # an account at a provider moves to whoever connects it last
        change apps/accounts/src/connection/mod.rs 's/Ok\(if known\.user_id == session\.user \{ Ok\(None\) \} else \{ Err\(Refusal::Taken\) \}\)/Ok(Ok(None))/'
        tests='connected'
        ;;
    auth-last) # somebody is left without a way in
        change apps/accounts/src/connection/mod.rs 's/all\.len\(\) == 1 &&/all.len() == 0 \&\&/'
        tests='connected'
        ;;
    way-in-sessions) # a change of the ways in ends no other session
        change apps/accounts/src/user/way_in.rs 's/end_all_within\(tx, user, None\)/end_all_within(tx, UserId::new(), None)/'
        tests='connected'
        ;;
    passkey-once) # a challenge is answered as often as somebody likes
        change apps/accounts/src/passkey/mod.rs 's/use_once\(core\.store\.catalog\(\), "passkey", challenge, life\)\.await/use_once(core.store.catalog(), "passkey", challenge, life).await.map(|_| true)/'
        tests='passkeys'
        ;;
    passkey-origin) # a workspace's host asks for the keys of the account site
        change apps/accounts/src/passkey/ceremony.rs 's/builder\.rp_name\(&core\.brand\.name\)/builder.allow_subdomains(true).rp_name(\&core.brand.name)/'
        tests='passkeys'
        ;;
    passkey-kind) # a security key lets in alone
        change apps/accounts/src/passkey/mod.rs 's/query\.filter\(Column::Kind\.eq\(Kind::Passkey\)\)\.one\(catalog\)/query.one(catalog)/'
        tests='passkeys'
        ;;
    passkey-found) # a passkey is found only by whoever is named
        change apps/accounts/src/passkey/ceremony.rs 's/wanted\.require_resident_key = true;/wanted.require_resident_key = false;/; s/Some\(webauthn_rs_proto::ResidentKeyRequirement::Required\)/None/'
        tests='passkeys'
        ;;
    passkey-person) # a key of anybody answers for whoever it names
        change apps/accounts/src/passkey/mod.rs 's/let query = query\.filter\(Column::UserId\.eq\(UserId\(user\)\)\);/let _ = user;/'
        tests='passkeys'
        ;;
    passkey-looks) # a proof before what is grave takes a key that anybody may hold
        change apps/accounts/src/passkey/mod.rs 's/if of != user \|\| \(must_look && !looked\)/if of != user/'
        tests='passkeys'
        ;;
    passkey-counter) # a copy of a key goes unnoticed
        change apps/accounts/src/passkey/mod.rs 's/used\.col_expr\(Column::Credential, Expr::value\(credential\)\)\.exec/let _ = credential; used.exec/'
        tests='passkeys'
        ;;
    policy-door) # a session without a second step is one in a workspace that asks for it
        change core/http/src/session.rs 's/Some\(tenant\) => session\.lacks\(&tenant\.sign_in\)\.is_none\(\)/Some(tenant) => session.lacks(\&tenant.sign_in).is_none() || true/'
        tests='policy'
        ;;
    policy-steps) # one step counts as two
        change core/access/src/sessions.rs 's/self\.method == "passkey" \|\| self\.method\.contains/!self.method.is_empty() || self.method.contains/'
        tests='policy'
        ;;
    policy-hours) # nobody is asked anew
        change core/access/src/sessions.rs 's/now - proved > life \|\|/now - proved > life * 100 ||/'
        tests='policy'
        ;;
    email-both) # whoever reads mail at an address gives it to somebody else's account
        change apps/accounts/src/pages/email.rs 's/if change\.user != session\.user \{/if change.user != session.user \&\& false {/'
        tests='new_email'
        ;;
    email-undo) # whoever took an account keeps the keys that they added
        change apps/accounts/src/user/email.rs 's/passkey::remove_since\(tx, user, since\)\.await\?;//'
        tests='new_email'
        ;;
    email-first) # a later link that calls a thief's address the old one takes the account again
        change apps/accounts/src/user/email.rs 's/\.contains\(&undo\.at\)/.contains(\&undo.at) \&\& false/'
        tests='new_email'
        ;;
    link-browser) # a mailed link lets any browser in
        change apps/accounts/src/pages/link.rs 's/if asked\.token\(&core\)\.hash\(\) != parsed\.hash\(\) \{/if false {/; s/let Some\(asked\) = COOKIE\.read::<Asked>\(&core, &cookies\) else \{\n        return elsewhere\(&core, &ui, &parsed\);\n    \};/let asked = COOKIE.read::<Asked>(\&core, \&cookies).unwrap_or(Asked { email: email.clone(), nonce: String::new(), next: String::new() });/; s/let \(LinkStatus::Valid\(_\), Some\(parsed\)\)/let (LinkStatus::Valid(email), Some(parsed))/'
        tests='log_in_link'
        ;;
    link-code) # codes are guessed without end
        change apps/accounts/src/pages/link.rs 's/"login_code", 5, 600/"login_code", 5000, 600/'
        tests='log_in_link'
        ;;
    trust-person) # whoever sits at a device that somebody trusts is trusted
        change apps/accounts/src/trusted_device/mod.rs 's/\.filter\(Column::UserId\.eq\(user\)\)\n        \.filter\(Column::TokenHash\.is_in/\n        .filter(Column::TokenHash.is_in/'
        tests='trusted_device'
        ;;
    trust-time) # for ever
        change apps/accounts/src/trusted_device/mod.rs 's/\.filter\(Column::ExpiresAt\.gt\(now\)\)\n        \.filter/\n        .filter/'
        tests='trusted_device'
        ;;
    trust-kept) # also where the password became another one
        change apps/accounts/src/user/way_in.rs 's/trusted_device::end_all\(tx, user\)\.await\?;//; s/    trusted_device,\n//'
        tests='trusted_device'
        ;;
    trust-own) # anybody ends anybody's
        change apps/accounts/src/trusted_device/mod.rs 's/one\.filter\(Column::UserId\.eq\(user\)\)\.exec/one.exec/'
        tests='trusted_device'
        ;;
    log-own) # a security log is anybody's to read
        change apps/accounts/src/security_log/mod.rs 's/find::<Entity>\(\)\.filter\(Column::UserId\.eq\(user\)\)/find::<Entity>().filter({ let _ = user; Column::UserId.is_not_null() })/'
        tests='security_log'
        ;;
    log-password) # a new password is not in it
        change apps/accounts/src/user/change.rs 's/note\(&tx, person\.id, \(What::Password\w+, ""\), &place\)\.await\?;/let _ = (\&place, note, What::PasswordReset);/g'
        tests='security_log'
        ;;
    breached) # a stolen password is as good as another
        change apps/accounts/src/abuse/mod.rs 's/let is_known = breached\.knows\(password\)\.await\?;/let is_known = breached.knows(password).await? \&\& password.is_empty();/'
        tests='abuse'
        ;;
    disposable) # domains below a listed one are good
        change apps/accounts/src/abuse/disposable.rs 's/std::iter::once\(&\*domain\)\.chain\(above\)/{ drop(above); std::iter::once(\&*domain) }/'
        tests='abuse'
        ;;
    captcha) # an answer that was given elsewhere is good here
        change apps/accounts/src/abuse/turnstile.rs 's/let is_ours = verdict\.hostname == self\.host && verdict\.action == action;/let is_ours = verdict.hostname.len() + verdict.action.len() + self.host.len() + action.len() > 0;/'
        tests='abuse'
        ;;
    captcha-away) # nobody is asked while the provider cannot be
        change apps/accounts/src/abuse/turnstile.rs 's/return Ok\(Err\(NotShown::Away\)\);/return Ok(Ok(()));/g'
        tests='abuse'
        ;;
    life-proof) # whoever stole a session deletes the account
        change apps/accounts/src/pages/delete.rs 's/\n    session\.proven\(\)\?;\n/\n/'
        tests='account_life'
        ;;
    life-grace) # it is erased before its time
        change apps/accounts/src/deletion/erase.rs 's/filter\(Column::EraseAt\.lte\(clock::now\(\)\)\)/filter(Column::EraseAt.is_not_null())/'
        tests='account_life'
        ;;
    life-owner) # a workspace loses its only owner
        change apps/accounts/src/deletion/mod.rs 's/if let Some\(text\) = why_not\(core, user, one\)\.await\? \{/if let Some(text) = why_not(core, user, one).await?.filter(String::is_empty) {/'
        tests='account_life'
        ;;
    life-trail) # trails know who somebody was who is gone
        change apps/accounts/src/deletion/erase.rs 's/store\.forget_in_every_audit\(user, &person\.email\)\.await\?/store.forget_in_every_audit(UserId::new(), "").await?/'
        tests='account_life'
        ;;
    life-told) # whoever comes back does not learn that it will be gone
        change apps/accounts/src/pages/arrive.rs 's/Some\(_\) => super::delete::PATH,/Some(_) => target,/'
        tests='account_life'
        ;;
    reset-wait) # support takes the second step away at once
        change apps/accounts/src/second_factor/reset.rs 's/Reset \{ user \}\.at\(&tx, due\)/Reset { user }.at(\&tx, now)/; s/if row\.due_at > clock::now\(\) =>/if row.due_at < row.asked_at =>/'
        tests='second_step'
        ;;
    reset-stop) # whoever has it cannot stop that
        change apps/accounts/src/pages/arrive.rs 's/if has_second_step\(&method\) \{/if has_second_step(\&method) \&\& method.is_empty() {/'
        tests='second_step'
        ;;
    reset-trusted) # whoever has a trusted device stops it
        change apps/accounts/src/pages/arrive.rs 's/second != "trusted_device"/second != "nothing"/'
        tests='second_step'
        ;;
    certificate) # a certificate says what somebody wrote into it
        change apps/tenants/src/commands/certificate.rs 's/seal\(line, &read\.deleted\)\? != read\.seal/seal(line, \&read.deleted)?.len() != read.seal.len()/'
        tests='certificate'
        ;;
    certificate-key) # the key of a workspace outlives it
        change core/access/src/entity/data_key.rs 's/OnErase::Delete/OnErase::Keep/'
        tests='certificate'
        ;;
    trust-email) # whoever reads mail comes in with a trusted device
        change apps/accounts/src/pages/arrive.rs 's/let is_trusted = method == "password"/let is_trusted = !method.is_empty()/'
        tests='trusted_device'
        ;;
    reset-old) # what support began takes away what was set up since
        change apps/accounts/src/user/way_in.rs 's/second_factor::stop_reset\(&tx, browser\.user, &place\)\.await\?;/let _ = second_factor::stop_reset;/'
        tests='second_step_reset'
        ;;
    life-entries) # the catalogue's trail keeps what the last transaction told
        change apps/accounts/src/deletion/erase.rs 's/Forget \{ user, email \}\.later\(&tx\)\.await\?;/let _ = Forget { user, email };/'
        tests='account_life'
        ;;
    life-owned) # and what belonged to somebody by their id
        change core/db/src/trail/forget.rs 's/for \(name, column\) in owned \{/for (name, column) in owned.iter().take(0) {/'
        tests='account_life'
        ;;
    life-half) # they leave some workspaces, and stay in others
        change apps/accounts/src/deletion/erase.rs 's/if is_last_owner\(store, tenant\.clone\(\), user\)\.await\? \{/if is_last_owner(store, tenant.clone(), user).await? \&\& false {/'
        tests='account_life'
        ;;
    life-invited) # workspaces that invited them keep their address
        change apps/accounts/src/deletion/erase.rs 's/invitations\.filter\(invitation::Column::Email\.eq\(&email\)\)/invitations.filter(invitation::Column::Email.eq(email.len().to_string()))/'
        tests='account_life'
        ;;
    vault-place) # an encrypted value is good in every row
        change core/access/src/vault.rs 's/self\.table, self\.column, self\.row\)/self.table, self.column, "")/'
        tests='second_step'
        ;;
    export-own) # a file has what its asker may not see
        of='--package core-resource --test it'
        change core/resource/src/pages/export.rs 's/let on = all\.by\(&member\.ok_or\(Error::Forbidden\)\?\);/let _ = member.ok_or(Error::Forbidden)?;\n                let on = all;/'
        tests='exported'
        ;;
    export-again) # whoever was removed reads on
        of='--package core-resource --test it'
        change core/resource/src/pages/export.rs 's/\.filter\(may\);\n\s+let on = all\.by\(&member\.ok_or\(Error::Forbidden\)\?\);/.filter(|member| member.may(\&needs));\n                let on = member.map_or(all.clone(), |member| all.by(\&member));/'
        tests='exported'
        ;;
    export-told) # rows leave and nobody can tell
        of='--package core-resource --test it'
        change core/resource/src/pages/export.rs 's/record_export\(&asker\.core\.store, asker\.tenant\.clone\(\), &db, on\.of\.plural\)\.await\?;//'
        tests='exported'
        ;;
    undo-since) # what others did meanwhile is overwritten
        of='--package core-resource --test it'
        change core/db/src/trail/take_back.rs 's/if column\.kind\.read\(row, place \+ 1\)\? != \*\*after \{/if column.kind.read(row, place + 1)? != **after \&\& place > 999 {/'
        tests='undone imported'
        ;;
    undo-version) # a version that was seen stands for something else
        of='--package core-resource --test it'
        change core/resource/src/undo/mod.rs 's/version: name\(self\.version\)/version: None/'
        tests='undone'
        ;;
    undo-rule) # a rule is not asked of what comes back
        of='--package core-resource --test it'
        change core/resource/src/undo/mod.rs 's/\(!found\.is_empty\(\)\)\.then_some\(Why::Rule\)/found.is_empty().then_some(Why::Rule).filter(|_| false)/'
        tests='undone'
        ;;
    undo-own) # rows that somebody does not see are changed back by them
        of='--package core-resource --test it'
        change core/resource/src/undo/mod.rs 's/false => match self\.find\(db, id\)\.await\? \{/false => match full.find(db, id).await? {/; s/left = match self\.find\(db, id\)\.await\? \{/left = match full.find(db, id).await? {/'
        tests='undone'
        ;;
    undo-whose) # what others did is for who sees their own rows alone
        of='--package core-resource --test it'
        change core/resource/src/undo/mod.rs 's/whose: \(!is_whole\)\.then_some\(member\.user\)/whose: (!is_whole).then_some(member.user).filter(|_| false)/'
        tests='undone'
        ;;
    undo-days) # what was done long ago is undone
        of='--package core-resource --test it'
        change core/resource/src/undo/mod.rs 's/let recent = Column::At\.gte\(clock::now\(\) - TimeDelta::days\(DAYS\)\)/let recent = Column::At.gte(clock::now() - TimeDelta::days(999))/'
        tests='undone'
        ;;
    undo-room) # what comes back counts for no limit
        change core/resource/src/undo/mod.rs 's/&& room\(db\)\.await\?\.is_err\(\)/\&\& room(db).await?.is_err() \&\& entry.seq < 0/'
        tests='limits::pages'
        ;;
    toast-link) # a cookie leads to another site
        of='--package core-ui --test it'
        change core/ui/src/toast.rs 's/ && !path\.starts_with\("\/\/"\)//; s/path\.starts_with\(.\/.\)/!path.is_empty()/'
        tests='components'
        ;;
    admin-door) # the resource's own permission opens the admin
        change core/http/src/gate.rs 's/Can::<A>::from_request_parts\(parts, state\)\.await\?;//'
        tests='admin'
        ;;
    admin-gate) # who opens the admin does everything there
        change core/http/src/gate.rs 's/let can = Can::<P>::from_request_parts\(parts, state\)\.await\?;/let Can { member, key, core, .. } = Can::<A>::from_request_parts(parts, state).await?;\n        let can = Can { member, key, core, proof: PhantomData };/'
        tests='admin'
        ;;
    admin-read) # what has rules of its own is changed around them
        change core/resource/src/pages/mod.rs 's/if all\.of\.managed_at\.is_some\(\) \{ routes \} else \{ writing::<M>\(&all, routes\) \}/writing::<M>(\&all, routes)/'
        tests='admin'
        ;;
    palette-seen) # the palette leads to what its reader may not open
        change apps/palette/src/entries.rs 's/member\.may\(&one\.sees\)\n            && /let _ = member;\n        /'
        tests='palette::'
        ;;
    palette-record) # what can be done to a record is offered to whoever may only read it
        change apps/palette/src/records.rs 's/if !is_managed\(one, member\) \{/if false {/'
        tests='palette::'
        ;;
    merge) # whoever saves late takes back what another one changed meanwhile
        change core/resource/src/pages/merge.rs 's/let kept = if is_untouched \|\| value == theirs \{ Input::Absent \}/let kept = if value == theirs { Input::Absent }/'
        of='--package core-resource --test it'
        tests='pages::'
        ;;
    edit-touched) # the form for several rows writes what nobody ticked
        change core/resource/src/pages/edit_many.rs 's/if name == OFFERED \{ is_touched\(text\) \} else \{ is_touched\(name\) \}/name != text || is_touched(name)/'
        of='--package core-resource --test it'
        tests='together::'
        ;;
    then-row) # a row is shown as an entry of another one says
        change core/resource/src/pages/then.rs 's/\n\s*\.filter\(entry::Column::RowId\.eq\(row\.id\.to_string\(\)\)\)//'
        of='--package core-resource --test it'
        tests='past::'
        ;;
    search-nothing) # where nothing is searched everything is found
        change core/resource/src/query.rs 's/Condition::any\(\)\.add\(Expr::cust\("1 = 0"\)\)/Condition::any()/'
        of='--package core-resource --test it'
        tests='found::'
        ;;
    import-fields) # a file sets what its person may not set
        of='--package core-resource --test it'
        change core/resource/src/import/row.rs 's/cell\.filter\(\|_\| field\.parts\.is_in_form\)/cell/'
        change core/resource/src/import/mod.rs 's/let all = self\.fields\.iter\(\)\.filter\(\|field\| field\.parts\.is_in_form\);/let all = self.fields.iter();/'
        tests='imported'
        ;;
    import-again) # whoever may no longer change rows goes on
        of='--package core-resource --test it'
        change core/resource/src/import/job.rs 's/member\.may\(&worked\.needs\)\)/member.may(\&worked.needs) || job.piece >= 0)/'
        tests='imported'
        ;;
    import-person) # colleagues look into each other's files
        of='--package core-resource --test it'
        change core/resource/src/import/mod.rs 's/import\.user_id == member\.user\.0 \|\| member\.permissions\.is_owner\(\)/!import.user_id.is_nil() || member.permissions.is_owner()/'
        tests='imported'
        ;;
    import-tried) # checking saves
        of='--package core-resource --test it'
        change core/resource/src/import/job.rs 's/Some\(savepoint\) => db\.rollback_to\(&savepoint\)\.await\?,/Some(savepoint) => db.release(\&savepoint).await?,/'
        tests='imported'
        ;;
    import-bomb) # a workbook says itself how large it is
        of='--package core-resource --lib'
        change core/resource/src/import/read.rs 's/left = left\.checked_sub\(read\.map_err\(\|_\| NOT_TEXT\)\?\)\.ok_or\(LARGE\)\?;/left = left.saturating_sub(read.map_err(|_| NOT_TEXT)?);/'
        tests='read'
        ;;
    import-room) # rows of a file count for no limit
        change core/resource/src/save.rs 's/&& let Err\(full\) = room\(db\)\.await\?/\&\& let Err(full) = room(db).await? \&\& draft.0.is_empty()/'
        tests='limits::pages'
        ;;
    export-formula) # what somebody typed is computed by whoever opens the file
        of='--package core-resource'
        change core/resource/src/export.rs 's/let computes = is_typed && /let computes = !is_typed \&\& /'
        tests='export'
        ;;
    resource-forged) # what a form does not offer is taken all the same
        change core/resource/src/draft.rs 's/_ if !parts\.is_in_form \|\| errors/_ if !parts.is_in_form \&\& parts.is_title || errors/'
        of='--package core-resource'
        tests='written'
        ;;
    resource-version) # whoever saves second saves over the first
        change core/resource/src/save.rs 's/if self\.version\.is_some\(\) \&\& seen\.is_some\(\) \&\& seen != at/if false \&\& seen != at/'
        of='--package core-resource'
        tests='written pages'
        ;;
    resource-gate) # whoever may look may delete
        change core/resource/src/pages/mod.rs 's/writing::<M>\(&all, routes\)/writing::<V>(\&all, routes)/'
        of='--package core-resource'
        tests='resources_hold'
        ;;
    resource-misread) # a filter that is not understood makes an action one on everything
        change core/resource/src/pages/bulk.rs 's/if form\.all \&\& search\.is_misread\(\)/if false \&\& search.is_misread()/'
        of='--package core-resource'
        tests='pages'
        ;;
    resource-bulk-rule) # what a rule refuses in a form is done to many rows at once
        change core/resource/src/many.rs 's/&& !self\.rules\.is_empty\(\) \{/&& self.rules.len() == usize::MAX {/'
        of='--package core-resource'
        tests='written'
        ;;
    resource-own) # whoever sees their own rows alone finds all
        change core/resource/src/policy.rs 's/for at in scope \{/for at in scope.into_iter().take(0) {/'
        of='--package core-resource'
        tests='acts'
        ;;
    resource-hidden) # a field that somebody may not see is left out of lists alone
        change core/resource/src/policy.rs 's/hide\(parts\);/parts.is_listed = false;/; s/fn hide/#[allow(dead_code)] fn hide/'
        of='--package core-resource'
        tests='acts'
        ;;
    resource-action) # whoever may change rows does what needs a permission of its own
        change core/resource/src/policy.rs 's/own\.actions\.retain\(.*?\);//'
        of='--package core-resource'
        tests='acts'
        ;;
    resource-action-whole) # an action that one row refuses is done to those before it
        change core/resource/src/pages/deed.rs 's/db\.rollback_to\(&savepoint\)\.await\?;/db.release(\&savepoint).await?;/'
        of='--package core-resource'
        tests='acts'
        ;;
    nul) # a NUL in an address reaches the database
        change core/http/src/path.rs 's/\.replace\("%00", "%EF%BF%BD"\)/.to_owned()/'
        of='--package core-resource'
        tests='resources_hold'
        ;;
    trail-written) # what is told is never written
        change core/db/src/trail/flush.rs 's/match entries\.as_mut_slice\(\)/entries.clear(); match entries.as_mut_slice()/'
        tests='trail::told trail::random'
        ;;
    trail-escape) # writes that give no rows back are not told
        change core/db/src/tenant_db.rs 's/Box::pin\(self\.write\(statement\)\)\.await\.map\(\|sent\| sent\.result\)/self.tx().await?.execute(statement).await/'
        tests='trail::told trail::random'
        ;;
    trail-catalog) # what is done to accounts and workspaces is never written
        change core/db/src/catalog_db.rs 's/let last = self\.recorder\.last_writes\(&mut tx\)\.await\?;/let last = vec![];/'
        tests='trail::catalog'
        ;;
    trail-actor) # nobody knows who asked, or from where
        change core/http/src/stack.rs 's/let work = visitor\.scope\((authenticate_and_run\(&state, known\.as_ref\(\), request, next\))\);/let _ = visitor; let work = $1;/'
        tests='trail::catalog trail::told'
        ;;
    append-catalog) # the catalogue's role may change its trail, and its file lets it
        change migrations/catalog/core/m20261129_000140_audit.rs 's/Rights::Add/Rights::All/; s/for verb in \["UPDATE", "DELETE"\]/for verb in [""; 0]/'
        tests='trail::catalog'
        ;;
    trail-cascade) # what a foreign key does by itself is not told
        change core/db/src/trail/capture.rs 's/self\.write_out_cascades\(tx, &parts, statement\)\.await\?;//'
        tests='trail::told trail::random'
        ;;
    trail-savepoint) # what is undone behind a savepoint is told all the same
        change core/db/src/unique.rs 's/self\.recorder\(\)\.pending\(\)\.back_to\(savepoint\.pending\);//'
        tests='trail::told'
        ;;
    append-only) # a workspace's role may change its trail, and a file lets it
        change migrations/tenant/core/m20261129_000010_audit.rs 's/Rights::Add/Rights::All/; s/for verb in APPEND_ONLY/for verb in APPEND_ONLY.into_iter().skip(2)/'
        tests='trail::tampered'
        ;;
    chain) # an entry's title is not part of its hash
        change core/db/src/trail/chain.rs 's/add\(title\.bytes\(\)\);/let _ = title;/'
        tests='trail::tampered'
        ;;
    vouchers) # what is emptied by hand passes for erased
        change core/db/src/trail/chain.rs 's/ \&\& !vouchers\.vouch\(entry, erased\)/ \&\& !(vouchers.vouch(entry, erased) || true)/'
        tests='trail::upkeep'
        ;;
    retention) # what is past its time stays
        change core/db/src/trail/retention.rs 's/erase\(db, entry, \[true; 3\]\)\.await\?;/let _ = entry;/'
        tests='trail::upkeep'
        ;;
    forget) # whoever is erased stays in the trail
        change core/db/src/trail/forget.rs 's/\[told, by, told\]/[told \&\& false, by \&\& false, false]/'
        tests='trail::upkeep'
        ;;
    guard) # nobody is asked before a member goes
        change apps/tenants/src/member/events.rs 's/if let Err\(objection\) = core\.guards/if false \&\& let Err(objection) = core.guards/'
        tests='limits::guards'
        ;;
    limit-lock) # many who ask at once all count the same
        change core/access/src/entitlements/mod.rs 's/    db\.lock_table::<L::Row>\(\)\.await\?;//'
        tests='limits::race'
        ;;
    limit-seat) # whoever was invited finds a seat, whatever the limit says by now
        change apps/tenants/src/invitation/accept.rs 's/if member\.is_none\(\) \&\& seat_for_invited\(db\)\.await\?\.is_err\(\)/if seat_for_invited(db).await?.is_err() \&\& false/'
        tests='limits::race'
        ;;
    limit-own) # a workspace's role sets its own limits
        change migrations/tenant/core/m20261129_000030_entitlements.rs 's/Rights::Read/Rights::All/'
        tests='limits::pages'
        ;;
    job-person) # a job does not know whose request led to it
        change core/jobs/src/later.rs 's/entry\("job", job, self\.actor\(\)\.user\(\)\)/entry("job", job, None)/'
        tests='lab::a_job'
        ;;
    news) # nobody hears of sign-ups
        change core/jobs/src/announced.rs 's/if jobs\.is_empty\(\)/if true/'
        tests='lab::news'
        ;;
    mask) # secrets are told
        change core/db/src/trail/capture.rs 's/_ if column\.is_masked => MASK\.into\(\),//; s/const MASK.*//'
        tests='trail::masked'
        ;;
    refused-told) # nobody hears of refusals
        change core/http/src/gate.rs 's/audit::record_refusal\(store, limiter, &member, &db, P::LABEL\);/let _ = (store, limiter, &db);/'
        of='--package audit'
        tests='tests::page'
        ;;
    repair) # nobody finishes what a killed process left; what is over stays
        change core/jobs/src/own_jobs.rs 's/run\.store\.sweep\(\)\.await/Ok::<usize, anyhow::Error>(0)/; s/core_access::prune\(catalog\)\.await\?;//'
        tests='jobs::own'
        ;;
    soiled) # the same, seen by a crowd that leaves when it likes
        change core/db/src/pool.rs 's/if self\.clean \{/if self.clean || !self.clean {/'
        tests='faults::chaos'
        ;;
    share) # a busy workspace takes what it can get
        change core/http/src/concurrency.rs 's/\(connections \/ 2\)\.max\(1\)/(connections * 100).max(1)/'
        tests='doors::turns'
        ;;
    slow-body) # and holds it for as long as somebody takes to send
        change core/http/src/stack.rs 's/(    \/\/ 13\..*?)(    \/\/ 16\..*?    \};\n)/$2$1/s'
        tests='doors::turns'
        ;;
    gate) # every member may do everything
        change core/http/src/gate.rs 's/if member\.may\(&PermissionDef::of::<P>\(\)\)/if member.may(\&PermissionDef::of::<P>()) || true/'
        tests='sweeps::viewers'
        ;;
    membership) # whoever is signed in is let in
        change core/http/src/session.rs 's/session\.is_for\(here\.key\(\), here\.tenant_id\(\)\)/session.is_for(here.key(), here.tenant_id()) || true/'
        tests='sweeps::strangers doors::sessions worlds::nobody'
        ;;
    session-site) # a session of one site is good at every other without workspaces
        change core/access/src/sessions.rs 's/known == site\.as_str\(\) \&\& self\.tenant == tenant/{ let _ = (known, site); self.tenant == tenant }/'
        tests='doors::sessions'
        ;;
    session-cross) # a third site takes the sessions of the account site
        change core/access/src/sessions.rs 's/known == site\.as_str\(\) \&\& self\.tenant == tenant/{ let _ = (known, site); self.tenant == tenant }/'
        tests='lab::sites'
        ;;
    actor) # a unit of work is not told who its member is
        change core/http/src/gate.rs 's/        db\.act_as\(Actor::Member \{ user, member: member\.id, through \}\);/        let _ = (Actor::Member { user, member: member.id, through }, \&db);/'
        tests='lab::keys lab::bodies'
        ;;
    key-scope) # a key may do all that its member may
        change core/http/src/gate.rs 's/member = Arc::new\(member\.within\(\&key\.scope, \&state\.core\.permissions\)\);/let _ = (\&mut member, \&key.scope, \&state.core.permissions, Member::within);/'
        tests='lab::keys'
        ;;
    script-token) # JSON is taken from a page of any origin
        change core/http/src/stack.rs 's/false => csrf\.check_header\(origin, headers\),/false => csrf.check_header(origin, headers).or(Ok(())),/'
        tests='lab::bodies lab::upload'
        ;;
    program-cookie) # a program's route takes the session of a browser, and nobody asks for a token
        change core/http/src/stack.rs 's/        true => CurrentSession\(None\),/        true if incoming.policy.time.is_zero() => CurrentSession(None),/; s/        false => session::look_up\(state/        _ => session::look_up(state/'
        tests='lab::bodies'
        ;;
    body-first) # a body is taken whatever its route allows
        change core/http/src/policy.rs 's/usize::try_from\(self\.policy\.limit\)\.unwrap_or\(usize::MAX\)/usize::MAX/'
        tests='lab::bodies lab::upload'
        ;;
    late-upload) # who sends a file is asked once, before it comes
        change core/http/src/gate.rs 's/None => Err\(Error::Forbidden\),\n        \}\n    \}\n\}\n\nimpl<P> Can<P>/None => Ok(()),\n        }\n    }\n}\n\nimpl<P> Can<P>/'
        tests='lab::upload'
        ;;
    stamp) # a file is believed whatever it says
        change core/db/src/cell.rs 's/if stamped == tenant\.0 \{/if stamped == tenant.0 || true {/'
        tests='isolation::files'
        ;;
    set_config) # text can become a role
        change core/db/src/setup.rs 's/REVOKE EXECUTE ON FUNCTION pg_catalog\.set_config/GRANT EXECUTE ON FUNCTION pg_catalog.set_config/; s/(set_config\(text, text, boolean\)) FROM PUBLIC/$1 TO PUBLIC/'
        tests='isolation::escapes::set_config isolation::escapes::updating'
        ;;
    plpgsql) # blocks of code run
        change core/db/src/setup.rs 's/"REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC"/"GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC"/'
        tests='isolation::escapes::do_blocks'
        ;;
    temporary) # tables can be planted
        change core/db/src/setup.rs 's/REVOKE CONNECT, TEMPORARY ON DATABASE \{database\} FROM PUBLIC/GRANT TEMPORARY ON DATABASE {database} TO PUBLIC/'
        tests='isolation::escapes::a_temporary'
        ;;
    filter) # any statement passes
        change core/db/src/statement.rs 's/if !reads_or_writes \{/if !reads_or_writes && false {/'
        tests='isolation::escapes::only_reading'
        ;;
    read-only) # a page may write
        change core/db/src/postgres.rs 's/"BEGIN READ ONLY"/"BEGIN"/'
        tests='isolation::units::what_only_reads'
        ;;
    token) # forms need none
        change core/http/src/csrf.rs 's/if sent\.tokens\.iter\(\)\.any\(\|token\| self\.is_good\(token\)\) \{/if sent.tokens.iter().any(|token| self.is_good(token)) || true {/'
        tests='doors::csrf'
        ;;
    origin) # forms may come from anywhere
        change core/http/src/csrf.rs 's/origin && site\n/origin || site || true\n/'
        tests='doors::csrf'
        ;;
    nonce) # a ticket is good in any browser
        change core/access/src/tickets.rs 's/&& row\.nonce_hash == nonce\.hash\(\)//'
        tests='doors::tickets'
        ;;
    outbox) # tenants read and change what others left
        change migrations/catalog/core/m20261121_000010_jobs.rs 's/GRANT INSERT \(id, kind[^)]*\)\s+ON shared/GRANT ALL ON shared/s'
        tests='jobs::outbox::a_tenant_adds'
        ;;
    savepoint) # a name that is taken undoes the whole unit of work
        change core/db/src/unique.rs 's/db\.rollback_to\(&savepoint\)\.await\?;//'
        tests='isolation::units::after_a_taken_name'
        ;;
    granted-elsewhere) # a role that was given something is dropped as if it had nothing
        change core/db/src/erase.rs 's/DROP OWNED BY \{role\} CASCADE;//'
        tests='operator::owner'
        ;;
    once) # a job that is run twice counts twice
        change core/jobs/src/attempt.rs 's/self\.store\.job_db\(tenant\.clone\(\), self\.job\.id\)/self.store.tenant_db(tenant.clone(), core_db::Mode::Write)/'
        tests='jobs::failing::what_succeeds'
        ;;
    turns) # whoever comes first has all done first
        change core/jobs/src/fair_order.rs 's/Column::Turn\.min\(\)/Column::Turn.max()/'
        tests='jobs::fair::one_workspace'
        ;;
    ready-bound) # the word that the queue's indexes are chosen by is bound as a value
        change core/jobs/src/entity/job.rs "s/Expr::cust\(\"'ready'\"\)/State::Ready/"
        tests='jobs::fair::the_platform_s'
        ;;
    grants-more) # whoever may change members gives any role
        change core/access/src/rules.rs 's/refuse\(!actor\.covers\(role, self\.permissions\), /refuse(!actor.covers(role, self.permissions) \&\& false, /'
        of='--package core-access --package tenants --package permissions --lib'
        tests='tests::'
        ;;
    last-owner) # the last one may go
        change core/access/src/rules.rs 's/owners <= 1/owners < 1/'
        of='--package core-access --package tenants --lib'
        tests='tests::'
        ;;
    inviter) # an invitation is worth what its inviter could do when it was sent
        change apps/tenants/src/invitation/accept.rs 's/Ok\(Err\(_\)\) \| Err\(Error::NotFound\) => return Ok\(Outcome::Void\)/Ok(Err(_)) | Err(Error::NotFound) => {}/'
        tests='invitations::matrix'
        ;;
    address) # whoever has the letter accepts for the one it was sent to
        change apps/tenants/src/pages/invitation.rs 's/person\.id == session\.user\)/person.id == session.user || true)/'
        tests='invitations::matrix invitations::way'
        ;;
    used-up) # an invitation leads in again and again
        change apps/tenants/src/invitation/accept.rs 's/if seen\.state == State::Accepted \{/if false {/; s/if row\.version != seen\.version \|\| !row\.is_open\(\) \{/if false {/; s/if !close\(db, &row, State::Accepted\)\.await\? \{/if !close(db, \&row, State::Accepted).await? \&\& false {/'
        tests='invitations::way invitations::matrix'
        ;;
    link) # a mailed link works until its time is over
        change core/access/src/email_links.rs 's/Some\(row\) if row\.used_at\.is_some\(\) => LinkStatus::Invalid,//; s/\.filter\(Column::UsedAt\.is_null\(\)\)//'
        tests='sign_up::a_'
        ;;
    same-link) # a letter that is written twice has another link
        change apps/accounts/src/jobs.rs 's/run\.emails\.mac_token\("email_link", &run\.id\.0\.to_string\(\)\)/{ let _ = run; Token::random() }/'
        tests='sign_up::a_'
        ;;
    sessions) # a new password leaves whoever is signed in where they are
        change apps/accounts/src/user/change.rs 's/end_everywhere\(&core\.sessions, &tx, person\.id\)/end_everywhere(\&core.sessions, \&tx, platform::UserId::new())/'
        tests='sign_up::a_ profile'
        ;;
    enumeration) # the page after asking says whether there is an account
        change apps/accounts/src/pages/sign_up.rs 's/(    ask_for_email\(&core, email\.clone\(\)\)\.await\?;)/    if platform::people::user_by_email(core.store.catalog(), \&email).await?.is_some() { return platform::see_other("\/login"); }\n$1/'
        tests='sign_up::a_'
        ;;
    invisible) # forms take what nobody sees, and what no page can send back
        change core/http/src/form.rs 's/turns \|\| \(c\.is_control/false \&\& turns || (false \&\& c.is_control/'
        tests='forms'
        ;;
    weak-gate) # one page asks for no permission
        change apps/projects/src/pages/edit.rs 's/(fn edit\(\s+_: )Can<Manage>/$1platform::WorkspaceMember/'
        tests='worlds::nobody'
        ;;
    weak-form) # and one form
        change apps/projects/src/pages/bulk.rs 's/_: Can<Manage>/_: platform::WorkspaceMember/; s/\bCan, //'
        tests='worlds::nobody'
        ;;
    log) # the line of a request says whose it was in words
        change core/http/src/trace.rs 's/\.map\(\|tenant\| tenant\.id\)/.map(|tenant| tenant.name.clone())/'
        tests='worlds::nobody'
        ;;
    refusal) # whoever is refused reads where they are not let in
        change core/http/src/error_page.rs 's/\.text\(OUTSIDE\)/.text(self.tenant().map_or(OUTSIDE.to_owned(), |tenant| tenant.name.clone()))/'
        tests='worlds::nobody'
        ;;
    lifetime) # a session never ends by itself
        change core/access/src/sessions.rs 's/if session\.expires_at <= now \{/if session.expires_at <= now \&\& false {/'
        tests='worlds::nobody'
        ;;
    devices) # whoever ends a session may name anybody's
        change core/access/src/sessions.rs 's/let ended = end\(tx, this_and_below\(id\), user\)\.await\?;/let row = session::Entity::find_by_id(id).one(tx).await?;\n        let user = row.map_or(user, |row| row.user_id);\n        let ended = end(tx, this_and_below(id), user).await?;/'
        tests='worlds::nobody'
        ;;
    kept-person) # what one person typed is shown to whoever logs in after them in this browser
        change core/http/src/stack.rs 's/person\.as_ref\(\) == Some\(&refill\.person\)/person.is_some() || refill.person.is_empty()/'
        tests='doors::kept'
        ;;
    kept-session) # a kept page is shown to another session of the same browser
        change core/http/src/saved_forms/back.rs 's/current\.map\(\|session\| session\.id\) != session/current.map(|session| session.id) != session \&\& false/'
        tests='doors::kept'
        ;;
    kept-deed) # a deed that was not done is offered to whoever logs in after them
        change core/http/src/saved_forms/back.rs 's/is_some_and\(\|it\| !it\.is_theirs\)/is_some_and(|it| !it.is_theirs \&\& false)/'
        tests='doors::deeds'
        ;;
    mailed-links) # a link that was mailed before a new password undoes it
        change apps/accounts/src/user/change.rs 's/end_links\(&tx, Purpose::Reset, &person\.email\)\.await\?;//'
        tests='profile::a_new_password'
        ;;
    catalog-erase) # what the catalogue holds about whoever is erased stays there
        change core/db/src/catalog_table.rs 's/OnErase::Keep => continue,/_ if true => continue, OnErase::Keep => continue,/'
        tests='lab::own jobs::erased'
        ;;
    catalog-archive) # an archive brings rows for the catalogue about another workspace
        change core/db/src/archive/catalog_rows.rs 's/ensure!\(id\(json\) == Some\(tenant\.0\)/ensure!(id(json).is_some() \&\& !tenant.0.is_nil()/'
        tests='lab::own'
        ;;
    catalog-people) # an archive brings rows about somebody whom it does not bring
        change core/db/src/archive/catalog_rows.rs 's/let is_known = people\.contains\(\&person\);/let is_known = people.contains(\&person) || true;/'
        tests='lab::own'
        ;;
    undescribed) # a table that says nothing of whom its rows are about is taken
        change core/db/src/catalog_table.rs 's/if names \&\& !about/if names \&\& false \&\& !about/'
        tests='lab::own'
        ;;
    slot-permission) # what apps bring around pages is read for everybody
        change core/http/src/slot.rs 's/slots\.iter\(\)\.filter\(\|slot\| self\.member\.may\(\&slot\.needs\)\)/slots.iter()/'
        tests='lab::shell home'
        ;;
    secret-listed) # the list of settings shows what is secret
        change core/base/src/config/read.rs 's/value: value\.clone\(\)\.filter\(\|_\| !is_secret\)/value: value.clone()/'
        tests='lab::own'
        ;;
    archive-rows) # an archive brings what no page can read
        change core/access/src/archive_rules.rs 's/validate_rows\(db\)\.await\?;/let _ = (db, validate_rows);/'
        tests='archives::handmade'
        ;;
    archive-hours) # an archive lets nobody in
        change core/access/src/archive_rules.rs 's/refuse\("the life of a session", hours_problem\(header\.session_hours\)\)\?;//'
        tests='archives::handmade'
        ;;
    refused-close) # a connection is closed under the next request
        change core/http/src/stack.rs 's/if !body\.is_whole\(\) \{/if !body.is_whole() \&\& false {/'
        tests='slow_readers'
        ;;
    role-rights) # the role of a workspace logs in by itself
        change core/db/src/security_checks.rs 's/WHERE r\.rolsuper OR r\.rolcanlogin OR/WHERE/'
        tests='operator::weak'
        ;;
    auth-again) # who logged in at a provider long ago has proven themselves now
        change core/oauth/src/open_id.rs 's/&& at < asked - SKEW/\&\& at < asked - SKEW * 100/'
        tests='connected'
        ;;
    passkey-session) # a key made for one session is added by another
        change apps/accounts/src/passkey/mod.rs 's/if of != session\.id \|\|/if false \&\& of != session.id ||/'
        tests='doors::passkeys'
        ;;
    billing-twice) # a call that is made again is done again
        change apps/billing/src/stripe.rs 's/Some\(Ok\(key\)\) => RequestStrategy::Idempotent\(key\)/Some(Ok(_)) => RequestStrategy::Once/'
        tests='^billing::'
        ;;
    webhook-signature) # whatever is sent to the webhook is believed
        change apps/billing/src/endpoint/mod.rs 's/is_recent && secrets\.iter\(\)\.any\(is_from\)/is_recent || secrets.iter().any(is_from)/'
        tests='billing::webhook'
        ;;
    webhook-age) # a message that somebody kept is good for ever
        change apps/billing/src/endpoint/mod.rs 's/is_recent && secrets/(is_recent || true) \&\& secrets/'
        tests='billing::webhook'
        ;;
    billing-order) # whoever writes last stays, however old what they read is
        change apps/billing/src/account/refresh.rs 's/\.filter\(Column::Revision\.eq\(before\.revision\)\)/.filter(Column::Revision.gte(0))/'
        tests='billing::order billing::late'
        ;;
    billing-second) # a second subscription stays, and is paid
        change apps/billing/src/account/refresh.rs 's/if !seen\.choice\.extra\.is_empty\(\) \{/if !seen.choice.extra.is_empty() \&\& false {/'
        tests='billing::once'
        ;;
    billing-refund) # what was paid twice is kept
        change apps/billing/src/account/refresh.rs 's/payment\.amount_paid\.unwrap_or\(0\) > 0/payment.amount_paid.unwrap_or(0) < 0/'
        tests='billing::once'
        ;;
    billing-trial) # somebody has as many trials as they have workspaces
        change apps/billing/src/trial/mod.rs 's/is_some\(\) \{ Claim::Ours \} else \{ Claim::Spent \}/is_some() { Claim::Ours } else { Claim::Ours }/'
        change apps/billing/src/trial/mod.rs 's/rows\.iter\(\)\.all\(\|row\| row\.tenant_id == known\.tenant_id && row\.begun_at\.is_none\(\)\)/rows.iter().all(|_| true)/'
        tests='billing::once'
        ;;
    billing-trial-kept) # a trial that was claimed is begun by whoever is alive
        change apps/billing/src/trial/mod.rs 's/job\.later\(&tx\)\.await\?;/let _ = job;/'
        tests='billing::once'
        ;;
    billing-told) # a change that costs something else by now is made
        change apps/billing/src/pages/change.rs 's/is_charged && !\(holds && is_same\)/is_charged \&\& !(holds || is_same)/'
        tests='billing::members'
        ;;
    billing-seats) # who joins is not paid for
        change apps/billing/src/seats.rs 's/many == known\.seats/many >= known.seats/'
        tests='billing::members'
        ;;
    billing-gone) # what was paid after a workspace was gone is kept
        change apps/billing/src/account/refresh.rs 's/match known == Some\(one\.id\.as_str\(\)\) \{/match known.is_none_or(|_| true) {/'
        tests='billing::members'
        ;;
    billing-card) # a card pays for as many trials as it likes
        change apps/billing/src/trial/mod.rs 's/Err\(error\) if violates\(&error, "billing_trials_card_key"\) => \{/Err(error) if violates(\&error, "none") => {/'
        tests='billing::once'
        ;;
    billing-session) # whoever knows a Checkout has what was paid there
        change apps/billing/src/checkout.rs 's/read\.status\.filter\(\|_\| of\.as_deref\(\) == Some\(customer\)\)/read.status.filter(|_| of.is_some())/'
        change apps/billing/src/pages/back.rs 's/let row = row\.filter\(Column::Checkout\.eq\(&visit\.session\)\);//'
        tests='billing::trust'
        ;;
    billing-invoice) # an invoice is shown to whoever knows its id
        change apps/billing/src/pages/invoices.rs 's/let ours = ours\.filter\(invoice::Column::TenantId\.eq\(tenant\.id\)\)\.one/let _ = tenant;\n    let ours = ours.one/'
        tests='billing::trust'
        ;;
    billing-price) # a price that no page told is sold
        change apps/billing/src/checkout.rs 's/price\.unit_amount\.is_some\(\) && price\.unit_amount == wish\.amount\(\)/price.unit_amount.is_some()/'
        tests='billing::trust'
        ;;
    billing-deleted) # a workspace that was deleted goes on paying
        change apps/billing/src/jobs.rs 's/leaving\.or\(gone\)\.or\(kept\)/kept/'
        change apps/billing/src/account/refresh.rs 's/Status::PendingDeletion if kept\.ends_at\.is_none\(\)/Status::PendingDeletion if kept.ends_at.is_some()/'
        tests='billing::once'
        ;;
    form-target) # a page that the platform draws in place of a form leads nowhere
        change core/http/src/stack.rs 's/known\.filter\(\|route\| !route\.form_target\.is_empty\(\)\)/known.filter(|route| route.form_target.is_empty())/'
        tests='doors::headers'
        ;;
    plan-limit) # what a plan grants is not asked
        change core/db/src/granted.rs 's/plans\.of\(mine\)\?\.grants\.get\(key\)\.copied\(\)/plans.of(mine)?.grants.get(key).copied().filter(|_| false)/'
        tests='billing::limits'
        ;;
    limit-until) # what was given for a while stays
        change core/access/src/entitlements/mod.rs 's/row\.until\.is_none_or\(\|until\| clock::now\(\) < until\)/row.until.is_none_or(|_| true)/'
        tests='billing::limits'
        ;;
    kept-sent) # a form that waited is sent by itself: its handler is given it, and what it does is kept
        change core/http/src/unit_of_work.rs 's/let undo = request\.extensions\(\)\.get::<Refill>\(\)\.is_some\(\);/let undo = request.extensions().get::<Refill>().is_some() \&\& false;/'
        change core/http/src/form.rs 's/if let \(Some\(why\), false\) = \(brought_back, asks\) \{/if let (Some(why), false, false) = (brought_back, asks, true) {/'
        tests='doors::kept'
        ;;
    recipient) # whoever invites sends as many emails to one person as they like
        change core/access/src/email_limits.rs 's/"email_pause", 1, 180/"email_pause", 9999, 180/; s/kind\.a_day, DAY/9999, DAY/'
        tests='invitations::recipients sign_up::one_email'
        ;;
    rotate) # a new password leaves the session that it was made in
        change apps/accounts/src/user/change.rs 's/end_everywhere\(&core\.sessions, &tx, person\.id\)/end_everywhere(\&core.sessions, \&tx, match \&by { By::Link(_) => person.id, By::Browser(_) => platform::UserId::new() })/'
        tests='profile'
        ;;
    guess-count) # attempts are counted, and all of them are looked at
        change apps/accounts/src/user/log_in.rs 's/if let Err\(spent\) = core\.limiter\.allow_all\(&all\)\.await\? \{/if let (Err(spent), true) = (core.limiter.allow_all(\&all).await?, all.is_empty()) {/'
        tests='doors::guessing'
        ;;
    address-rule) # forms take addresses that the mailer does not
        change core/base/src/email.rs 's/\n\s+&& address\.parse::<Address>\(\)\.is_ok\(\);/ \&\& Some(address.parse::<Address>()).is_some();/'
        tests='sign_up::bad_input'
        ;;
    blank-name) # what nobody sees makes a name
        change core/base/src/text.rs 's/\} else if !is_ignorable\(c\) \|\| means_something\(&all, at\) \{/} else if !is_ignorable(c) || means_something(\&all, at) || true {/'
        tests='profile::what_nobody_sees'
        ;;
    stranger-state) # strangers read whose workspace is paused
        change core/http/src/error_page/inactive_workspace.rs 's/if !is_gone \{/if !is_gone \&\& false {/'
        tests='doors::shut'
        ;;
    *) say "no such mutation: $1" && exit 2 ;;
    esac
}

all=(role grants clean-up repair archive-hours refused-close role-rights auth-again passkey-session form-target billing-twice webhook-signature webhook-age billing-order billing-second billing-refund billing-trial billing-trial-kept billing-told billing-seats billing-gone billing-card billing-session billing-invoice billing-price billing-deleted plan-limit limit-until mfa-door totp-once recovery-once mfa-tries mfa-stamp sudo sudo-workspace sudo-cross sudo-other sudo-carried prove-token sessions-sudo auth-state auth-once auth-issuer auth-nonce auth-secret auth-verified auth-domain auth-address auth-pass auth-taken auth-last way-in-sessions passkey-once passkey-origin passkey-kind passkey-found passkey-person passkey-looks passkey-counter policy-door policy-steps policy-hours email-both email-undo email-first link-browser link-code trust-person trust-time trust-kept trust-own log-own log-password breached disposable captcha captcha-away life-proof life-grace life-owner life-trail life-told reset-wait reset-stop reset-trusted certificate certificate-key trust-email reset-old life-entries life-owned life-half life-invited vault-place export-own export-again export-told export-formula undo-since undo-version undo-rule undo-own undo-whose undo-days undo-room toast-link admin-door admin-gate admin-read palette-seen palette-record search-nothing merge edit-touched then-row import-fields import-again import-person import-tried import-bomb import-room resource-forged resource-version resource-gate resource-misread resource-bulk-rule resource-own resource-hidden resource-action resource-action-whole nul trail-written trail-catalog trail-actor append-catalog trail-escape trail-cascade trail-savepoint append-only chain vouchers retention forget guard limit-lock limit-seat limit-own job-person ready-bound news mask
    refused-told soiled share slow-body gate membership session-site session-cross actor key-scope
    script-token program-cookie body-first late-upload stamp set_config plpgsql temporary filter read-only token origin nonce
    outbox once turns grants-more last-owner inviter address used-up link same-link sessions enumeration
    invisible weak-gate weak-form log refusal lifetime devices
    kept-person kept-session kept-deed kept-sent mailed-links archive-rows catalog-erase catalog-archive catalog-people undescribed
    slot-permission secret-listed savepoint granted-elsewhere
    recipient rotate guess-count address-rule blank-name stranger-state)
if [ "${1:-}" = --fit ]; then
    only_ask=fit misfits=()
    # One that is not in the list is never run.
    for name in $(grep -oE '^    [a-z0-9_-]+\) #' "${BASH_SOURCE[0]}" | grep -oE '[a-z0-9_-]+'); do
        [[ " ${all[*]} " == *" $name "* ]] || misfits+=("the list of all: $name")
    done
    for name in "${all[@]}"; do mutate "$name"; done
    [ ${#misfits[@]} = 0 ] || printf 'a mutation finds nothing to change in %s\n' "${misfits[@]}" >&2
    exit $((${#misfits[@]} > 0))
fi
[ $# -gt 0 ] && chosen=("$@") || chosen=("${all[@]}")

# run_tests NAME PACKAGES FILTERS
run_tests() { # the test binary must build: red has to come from a test
    # shellcheck disable=SC2086 # one word per filter
    (cd "$tree" && cargo test --quiet $2 --no-run >"$mutants/log" 2>&1) || {
        tail -30 "$mutants/log" >&2
        say "the mutation $1 does not compile"
        exit 2
    }
    # A process for each test, as in CI: what one of them makes of the process, no other meets.
    # shellcheck disable=SC2086
    (cd "$tree" && cargo nextest run --cargo-quiet --no-fail-fast --hide-progress-bar --status-level fail \
        --final-status-level fail $2 -E "test(/$(xargs <<<"$3" | tr ' ' '|')/)") >"$mutants/log" 2>&1
}

eval "$("$root/infra/ci/services.sh" env)"
fresh() { copy_tree "$root" "$tree"; }

fresh
seed_target "$target" "$CARGO_TARGET_DIR"
expect_green() {
    run_tests none "$@" && return
    grep -E '^ *(FAIL|Summary) ' "$mutants/log" >&2
    say "the tests are red without any mutation"
    exit 2
}
# All that will be run must be green first.
declare -A asked=()
only_ask=yes
for name in "${chosen[@]}"; do
    mutate "$name"
    asked[$of]+=" $tests"
done
only_ask=
for of in "${!asked[@]}"; do
    expect_green "$of" "$(tr ' ' '\n' <<<"${asked[$of]}" | sort -u | tr '\n' ' ')"
done
table=$(printf '%-12s %-8s %s' 'taken away' 'tests' 'which noticed')
result=0
for name in "${chosen[@]}"; do
    fresh
    mutate "$name"
    if run_tests "$name" "$of" "$tests"; then
        line=$(printf '%-12s %-8s %s' "$name" GREEN 'nobody noticed')
        result=1
    else
        noticed=$(grep -E '^ *(FAIL|TIMEOUT|SIG[A-Z]+) ' "$mutants/log" | awk '{print $NF}' | sort -u | wc -l)
        if [ "$noticed" = 0 ]; then
            tail -30 "$mutants/log" >&2
            say "the tests broke instead of turning red"
            exit 2
        fi
        line=$(printf '%-12s %-8s %s' "$name" red "$noticed tests")
    fi
    say "$line"
    table+=$'\n'$line
done
printf '\n%s\n' "$table"
exit $result
