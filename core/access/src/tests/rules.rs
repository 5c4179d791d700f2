//! Actor × target × new role, for every change, beside a model that knows powers as bits.

use core_base::MemberId;

use crate::{PermissionDef, PermissionKeys, PermissionSet, Refusal, Role, Rules, Subject};

/// The permission that deciding takes is the third.
const GRANTS: [PermissionDef; 4] = [
    PermissionDef { key: "a.look", label: "", from: Role::Viewer },
    PermissionDef { key: "a.work", label: "", from: Role::Member },
    PermissionDef { key: "a.rule", label: "", from: Role::Admin },
    PermissionDef { key: "a.sell", label: "", from: Role::Owner },
];

/// What the model knows of a power: is it an owner's, and a bit for each permission.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Bits {
    owner: bool,
    held: u8,
}

/// Every built-in role, every subset of the permissions, and a key that nobody declares.
fn powers() -> Vec<(PermissionSet, Bits)> {
    let built_in = [(Role::Viewer, 0b0001), (Role::Member, 0b0011), (Role::Admin, 0b0111)];
    let mut all = vec![(PermissionSet::BuiltIn(Role::Owner), Bits { owner: true, held: 0b1111 })];
    all.extend(
        built_in.map(|(role, held)| (PermissionSet::BuiltIn(role), Bits { owner: false, held })),
    );
    for held in 0..16_u8 {
        let keys = (0..4).filter(|bit| held & 1 << bit != 0).map(|bit| GRANTS[bit].key.to_owned());
        all.push((
            PermissionSet::Custom(PermissionKeys(keys.collect())),
            Bits { owner: false, held },
        ));
    }
    let gone = PermissionKeys(["a.work".to_owned(), "gone.app".to_owned()].into());
    all.push((PermissionSet::Custom(gone), Bits { owner: false, held: 0b0010 }));
    all
}

/// More than `by`? An owner is more than all others.
fn is_more(one: Bits, by: Bits) -> bool {
    !by.owner && (one.owner || one.held | by.held != by.held)
}

fn rules(owners: u64) -> Rules<'static> {
    Rules::of(&GRANTS, GRANTS[2]).with_owners(owners)
}

fn model_change(actor: Bits, target: Bits, new: Bits, owners: u64) -> bool {
    let decides = actor.held & 0b0100 != 0;
    let orphans = target.owner && !new.owner && owners == 1;
    decides && !is_more(target, actor) && !is_more(new, actor) && !orphans
}

fn model_remove(actor: Bits, target: Bits, own: bool, owners: u64) -> bool {
    let orphans = target.owner && owners == 1;
    !orphans && (own || actor.held & 0b0100 != 0 && !is_more(target, actor))
}

#[test]
fn changing_removing_leaving_and_handing_over_follow_the_model() {
    let (me, you) = (MemberId::new(), MemberId::new());
    let mut tried = 0;
    for (actor_power, actor) in powers() {
        for (target_power, target) in powers() {
            for (own, owners) in [(false, 1), (false, 2), (true, 1), (true, 2)] {
                // Oneself is one person, and one owner can't meet another.
                if own && actor_power != target_power
                    || !own && actor.owner && target.owner && owners == 1
                {
                    continue;
                }
                let (rules, id) = (rules(owners), if own { me } else { you });
                let (one, two) = (
                    Subject { id: me, permissions: &actor_power },
                    Subject { id, permissions: &target_power },
                );
                let case =
                    format!("{actor_power:?} → {target_power:?}, own {own}, {owners} owners");
                for (new_power, new) in powers() {
                    let wanted = model_change(actor, target, new, owners);
                    let said = rules.may_change(one, two, &new_power);
                    assert_eq!(said.is_ok(), wanted, "change {case} to {new_power:?}: {said:?}");
                    tried += 1;
                }
                let said = rules.may_remove(one, two);
                assert_eq!(said.is_ok(), model_remove(actor, target, own, owners), "remove {case}");
                if own {
                    assert_eq!(rules.may_leave(one), said, "leaving is removing oneself: {case}");
                }
                let wanted = actor.owner && !target.owner;
                assert_eq!(rules.may_hand_over(one, two).is_ok(), wanted, "hand over {case}");
            }
        }
    }
    assert!(tried > 15_000, "{tried}");
}

#[test]
fn a_role_is_edited_only_within_what_the_editor_holds() {
    for (actor_power, actor) in powers() {
        for (before_power, before) in powers() {
            for (after_power, after) in powers() {
                let said = rules(1).may_edit(&actor_power, &before_power, &after_power);
                let decides = actor.held & 0b0100 != 0;
                let wanted = decides && !is_more(before, actor) && !is_more(after, actor);
                assert_eq!(
                    said.is_ok(),
                    wanted,
                    "{actor_power:?}: {before_power:?} → {after_power:?}"
                );
            }
        }
    }
}

#[test]
fn no_allowed_change_ends_without_an_owner_or_with_more_than_the_actor_held() {
    for (actor_power, actor) in powers() {
        for (target_power, target) in powers() {
            for (new_power, new) in powers() {
                let owners = u64::from(actor.owner) + u64::from(target.owner);
                let one = Subject { id: MemberId::new(), permissions: &actor_power };
                let two = Subject { id: MemberId::new(), permissions: &target_power };
                if rules(owners.max(1)).may_change(one, two, &new_power).is_ok() {
                    let left = owners - u64::from(target.owner) + u64::from(new.owner);
                    assert!(left >= owners.min(1), "nobody is now an owner");
                    assert!(actor.owner || !target.owner, "an owner fell to somebody else");
                    assert!(actor.owner || !new.owner, "somebody else made an owner");
                    assert_eq!(new.held & !actor.held, 0, "more was given than held");
                }
            }
        }
    }
}

#[test]
fn a_refusal_names_what_stands_in_the_way() {
    let (owner, admin) = (PermissionSet::BuiltIn(Role::Owner), PermissionSet::BuiltIn(Role::Admin));
    let (member, id) = (PermissionSet::BuiltIn(Role::Member), MemberId::new());
    let who = |permissions| Subject { id: MemberId::new(), permissions };
    let change = |actor, target, new| rules(1).may_change(who(actor), who(target), new);
    assert_eq!(change(&member, &member, &member), Err(Refusal::NotAllowed));
    assert_eq!(change(&admin, &owner, &member), Err(Refusal::HoldsMore));
    assert_eq!(change(&admin, &member, &owner), Err(Refusal::GrantsMore));
    let last = Subject { id, permissions: &owner };
    assert_eq!(rules(1).may_change(last, last, &admin), Err(Refusal::LastOwner));
    assert_eq!(rules(1).may_leave(last), Err(Refusal::LastOwner));
    assert_eq!(rules(1).may_hand_over(last, last), Err(Refusal::OwnerAlready));
}
