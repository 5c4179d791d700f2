//! The replays: every recording by everybody who has no business there, at both hosts; and what the
//! answers must be.

use core_base::RoleId;
use core_base::SiteKey;
use core_http::Access;
use core_testing::{Actor, Answer};

use super::{
    book::{Book, Recording},
    canary::{OWN, VICTIM, canaries},
    cast::Who,
    scene::{Scene, done},
    untouched::Untouched,
};

/// What a member without any permission may do, and why that is no attack.
const FOR_EACH_MEMBER: [(&str, &str); 3] = [
    ("/settings/leave", "whoever is a member may go"),
    ("/logout", "whoever came in may go out"),
    ("/theme", "everybody chooses how pages look to themselves"),
];

/// Where a member without any permission is let in; what is to be seen there is looked at all the same.
const OPEN_TO_MEMBERS: [(&str, &str); 5] = [
    ("/search", "it finds what its reader may open, and each page asks again"),
    ("/search/keys", "it is the same for everybody"),
    ("/", "shows what the member's role may see, and says so where that is nothing"),
    ("/settings/leave", "whoever is a member may go"),
    ("/dev/isolation", "names nothing of the workspace; absent in production"),
];

/// Canaries that every member may read: where they are, and who asked them in.
const FOR_ANY_MEMBER: [&str; 2] = ["acanary-tenants-name", "acanary-tenants-slug"];

/// All replays of one world, and what was wrong.
pub(super) struct Attack<'a> {
    scene: &'a Scene,
    book: &'a Book,
    powerless: RoleId,
    untouched: Untouched,
    /// All ids that the recordings name.
    ids: Vec<String>,
    pub(super) tries: usize,
    /// How often the attackers read what is their own.
    pub(super) own: usize,
    pub(super) wrong: Vec<String>,
}

/// One request of somebody.
struct Try<'a> {
    who: Who,
    recording: &'a Recording,
    /// Is it sent to the host of the workspace under attack?
    at_victim: bool,
    origin: &'a str,
}

impl<'a> Attack<'a> {
    pub(super) async fn prepare(scene: &'a Scene, book: &'a Book) -> Self {
        done(&scene.a.owner, "/settings/roles/new", &[("name", "Powerless")]).await;
        let roles = |db| async move { core_access::custom_roles(&db).await };
        let roles = scene.stage.write_in(&scene.a.workspace, roles).await;
        let powerless = roles.iter().find(|role| role.name == "Powerless").unwrap().id;
        let ids = book.all.iter().flat_map(Recording::ids).collect();
        let untouched = Untouched::watch(scene, book).await;
        Self { scene, book, powerless, untouched, ids, tries: 0, own: 0, wrong: vec![] }
    }

    /// Everything by everybody.
    pub(super) async fn run(&mut self) {
        for who in Who::ALL {
            self.run_as(who).await;
        }
    }

    pub(super) async fn close(self) {
        self.untouched.close().await;
    }

    async fn run_as(&mut self, who: Who) {
        let scene = self.scene;
        let mut actor = who.come(scene, self.powerless).await;
        self.untouched.look(scene).await;
        let book = self.book;
        // Mailbox of development: shown to everybody on purpose, and absent in production.
        for recording in book.all.iter().filter(|one| one.route.app != "mailbox") {
            for at_victim in [true, false] {
                if recording.route.site == SiteKey::ACCOUNT && !at_victim {
                    continue;
                }
                let origin = if at_victim { &scene.a.workspace } else { &scene.b.workspace };
                let one = Try { who, recording, at_victim, origin: &origin.origin };
                if one.is_own_business() {
                    continue;
                }
                if self.replay(&one, &actor).await {
                    actor = who.come(scene, self.powerless).await;
                    self.untouched.look(scene).await;
                }
            }
        }
        let changed = self.untouched.changes(scene).await;
        self.wrong.extend(changed.iter().map(|what| format!("pages as {who:?}: {what}")));
    }

    /// Says whether something was done, so that the next try needs somebody new.
    async fn replay(&mut self, one: &Try<'_>, actor: &Actor) -> bool {
        self.tries += 1;
        let answer = one.recording.send(actor, one.origin).await;
        let mut wrong = one.problems(&answer, &self.ids);
        self.own += usize::from(!canaries(&answer.text, OWN).is_empty());
        let leads_on = (300..400).contains(&answer.status) && !one.is_turned_away(&answer);
        if leads_on {
            let seen = actor.follow(answer.clone()).await;
            wrong.extend(one.leaks(&seen, &self.ids).iter().map(|what| format!("then {what}")));
        }
        if one.recording.changes() {
            wrong.extend(self.untouched.changes(self.scene).await);
        } else {
            let piece = one.recording.send_by_script(actor, one.origin).await;
            let found = one.problems(&piece, &self.ids);
            wrong.extend(found.iter().map(|what| format!("by script {what}")));
        }
        self.wrong.extend(wrong.iter().map(|what| format!("{}: {what}", one.name())));
        one.recording.changes() && answer.status < 400 && !one.is_turned_away(&answer)
    }
}

impl Try<'_> {
    fn name(&self) -> String {
        let at = if self.at_victim { "there" } else { "at their own host" };
        format!("{} as {:?} {at}", self.recording.name(), self.who)
    }

    /// Something that they may do where they are, with nothing of anybody else's in it.
    fn is_own_business(&self) -> bool {
        let Recording { route, .. } = self.recording;
        let names_nothing = self.recording.ids().is_empty()
            && canaries(&self.recording.said(""), VICTIM).is_empty();
        let account = route.site == SiteKey::ACCOUNT;
        self.recording.changes()
            && match self.who {
                Who::Powerless if self.at_victim && !account => {
                    FOR_EACH_MEMBER.iter().any(|(path, _)| *path == route.path)
                }
                Who::OtherOwner if !self.at_victim => names_nothing,
                Who::Nobody | Who::Expired => false,
                _ => account && route.access == Access::SignedIn && names_nothing,
            }
    }

    /// Whom the gate of this route would let in.
    fn is_let_in(&self) -> bool {
        match (self.recording.route.site, self.recording.route.access) {
            (_, Access::Public) => true,
            (SiteKey::ACCOUNT, _) => !matches!(self.who, Who::Nobody | Who::Expired),
            (_, Access::Member) if self.at_victim => self.is_powerless_and_welcome(),
            _ => !self.at_victim && self.who == Who::OtherOwner,
        }
    }

    fn is_powerless_and_welcome(&self) -> bool {
        let path = self.recording.route.path;
        self.who == Who::Powerless && OPEN_TO_MEMBERS.iter().any(|(open, _)| *open == path)
    }

    /// Have they come in at this host by its own door? Other cookies must count for nothing.
    fn has_session(&self) -> bool {
        match self.who {
            Who::OtherOwner => !self.at_victim,
            Who::ExMember | Who::Powerless => self.at_victim,
            Who::Stranger | Who::Expired | Who::Nobody => false,
        }
    }

    fn problems(&self, answer: &Answer, ids: &[String]) -> Vec<String> {
        let mut wrong = self.leaks(answer, ids);
        let refused = match self.has_session() {
            true => matches!(answer.status, 403 | 404),
            false => self.is_turned_away(answer),
        };
        // A provider belongs to no workspace.
        let path = self.recording.route.path.replace("{provider}", "github");
        let foreign = path.contains('{');
        if answer.status >= 500 {
            wrong.push(format!("status {}", answer.status));
        } else if !self.is_let_in() && !refused {
            let to = answer.header("location");
            wrong.push(format!("was let in: {} {to}", answer.status));
        } else if self.is_let_in() && foreign && answer.status != 404 {
            let to = answer.header("location");
            wrong.push(format!("{} {to} for what does not exist for them", answer.status));
        }
        wrong
    }

    /// To where one signs in.
    fn is_turned_away(&self, answer: &Answer) -> bool {
        let to = match answer.status {
            303 => answer.header("location"),
            401 => answer.header("hx-redirect"),
            _ => return false,
        };
        ["/login", "/enter"].iter().any(|door| to.starts_with(door))
    }

    /// What an answer says that whoever asked did not say first.
    fn leaks(&self, answer: &Answer, ids: &[String]) -> Vec<String> {
        let said = self.recording.said(self.origin);
        let headers = answer.headers.iter();
        let headers = headers
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        let all = format!("{}\n{}", headers.collect::<Vec<_>>().join("\n"), answer.text);
        let is_member = self.who == Who::Powerless;
        let told = |canary: &str| {
            let canary = canary.to_ascii_lowercase();
            said.contains(&canary)
                || is_member && FOR_ANY_MEMBER.iter().any(|known| canary.starts_with(known))
        };
        let mut leaks: Vec<_> = canaries(&all, VICTIM)
            .into_iter()
            .filter(|canary| !told(canary))
            .map(str::to_owned)
            .collect();
        leaks.extend(
            ids.iter().filter(|id| all.contains(&***id) && !said.contains(&***id)).cloned(),
        );
        leaks.dedup();
        leaks.iter().map(|what| format!("{} shows {what}", answer.status)).collect()
    }
}
