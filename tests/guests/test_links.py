"""Links for people without an account: unguessable, ended by wrong answers, silent about who exists."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.errors import (
    EmailInvalid,
    TooManyAttempts,
)
from accounts.guests import links
from accounts.guests.errors import (
    GuestLinkOver,
    SecondFactUnreadable,
    SecondFactWrong,
)
from accounts.guests.models import GuestAccess, GuestLink
from accounts.keyed import KeyedHash
from accounts.models import Account
from accounts.notices import Mail
from accounts.runtime import runtime
from core import clock
from core.audit import AuditEvent
from core.database import db
from dossiers import guests
from dossiers.models import Dossier, DossierStatus
from tests.guests.sharing import EMAIL, FACT, link_in
from tests.guests.steps import (
    ELSEWHERE,
    HERE,
    WRONG,
    asked,
    entered,
)

pytestmark = pytest.mark.usefixtures("installation")


def test_nothing_is_begun_before_the_link_was_opened(sent: list[Mail]):
    accounts = db.session.scalar(select(func.count()).select_from(Account))
    asked()
    assert [mail.to for mail in sent] == [EMAIL]
    assert db.session.scalar(select(func.count()).select_from(Dossier)) == 0
    assert db.session.scalar(select(func.count()).select_from(Account)) == accounts


def test_what_can_be_read_in_the_database_is_neither_the_link_nor_the_fact(sent: list[Mail]):
    asked()
    link = db.session.scalars(select(GuestLink)).one()
    access = db.session.scalars(select(GuestAccess)).one()
    assert link_in(sent[0]).encode() not in link.secret_hash
    assert FACT not in access.fact_hash
    for event in db.session.scalars(select(AuditEvent)):
        assert link_in(sent[0]) not in f"{event.subject} {event.details}"
        assert EMAIL not in f"{event.subject} {event.details}"


def test_equal_facts_of_two_people_do_not_look_alike(sent: list[Mail]):
    asked()
    asked("khac@example.vn")
    first, second = db.session.scalars(select(GuestAccess.fact_hash))
    assert first != second
    assert not runtime().keyed.matches(first, FACT, purpose="another")


def test_a_changed_secret_key_still_knows_what_was_kept_under_the_former(sent: list[Mail]):
    kept = KeyedHash("former").kept(FACT, purpose="p")
    assert KeyedHash("current", "former").matches(kept, FACT, purpose="p")
    assert not KeyedHash("current").matches(kept, FACT, purpose="p")


@pytest.mark.parametrize("secret", ["", "x", "0" * 43, "' OR 1=1", "\x00"])
def test_a_guessed_link_opens_nothing(sent: list[Mail], secret: str):
    asked()
    with pytest.raises(GuestLinkOver):
        guests.enter(secret, FACT, address=HERE)


def test_a_link_ends_after_five_wrong_answers_even_for_the_right_one(sent: list[Mail]):
    asked()
    for number in range(links.TRIES_PER_LINK):
        with pytest.raises(SecondFactWrong):
            entered(sent[0], WRONG, address=f"192.0.2.{number}")
    with pytest.raises(GuestLinkOver):
        entered(sent[0])


def test_whoever_owns_the_mailbox_gets_a_new_link_meanwhile(sent: list[Mail]):
    asked()
    for number in range(links.TRIES_PER_LINK):
        with pytest.raises(SecondFactWrong):
            entered(sent[0], WRONG, address=f"192.0.2.{number}")
    guests.ask_again(EMAIL, address=ELSEWHERE)
    assert entered(sent[1])[1].status is DossierStatus.DRAFT


def test_the_right_answer_lets_the_counting_begin_anew(sent: list[Mail]):
    asked()
    for _ in range(3):
        for _ in range(links.TRIES_PER_LINK - 1):
            with pytest.raises(SecondFactWrong):
                entered(sent[0], WRONG)
        entered(sent[0])


def test_of_many_guesses_at_once_no_more_than_allowed_are_looked_at(
    installation: Flask, sent: list[Mail], each_database: str
):
    asked()
    secret = link_in(sent[0])

    def guess(number: int) -> type[Exception] | None:
        with installation.app_context():
            try:
                guests.enter(secret, f"{number:06d}", address=f"192.0.2.{number}")
            except (SecondFactWrong, GuestLinkOver, TooManyAttempts) as error:
                return type(error)
            finally:
                db.session.remove()
            return None

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(24)))
    assert outcomes.count(SecondFactWrong) == links.TRIES_PER_LINK
    assert outcomes.count(GuestLinkOver) == 24 - links.TRIES_PER_LINK


def test_new_links_give_no_endless_guesses_at_one_dossier(sent: list[Mail]):
    asked()
    wrong = 0
    for hour in range(8):
        with clock.shifted(timedelta(hours=hour + 1)):
            guests.ask_again(EMAIL, address=f"192.0.2.{hour}")
            for number in range(links.TRIES_PER_LINK):
                try:
                    entered(sent[-1], WRONG, address=f"198.51.{hour}.{number}")
                except SecondFactWrong:
                    wrong += 1
                except TooManyAttempts:
                    break
    assert wrong == links.TRIES_PER_ACCESS.number


def test_an_address_that_guesses_at_many_links_is_stopped_and_nobody_else(sent: list[Mail]):
    asked()
    for number in range(links.TRIES_PER_ADDRESS.number):
        with pytest.raises(GuestLinkOver):
            guests.enter(f"{number:043d}", FACT, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        entered(sent[0], address=ELSEWHERE)
    entered(sent[0], address=HERE)


def test_who_comes_often_with_the_right_answer_is_not_stopped(sent: list[Mail]):
    asked()
    for _ in range(links.TRIES_PER_ADDRESS.number + 5):
        entered(sent[0])


def test_opening_a_link_without_an_answer_changes_nothing(sent: list[Mail]):
    asked()
    for _ in range(50):
        assert guests.fact_of_link(link_in(sent[0])).code == "identity-digits"
    assert db.session.scalars(select(GuestLink.tries)).one() == 0
    assert db.session.scalar(select(func.count()).select_from(Dossier)) == 0


def test_a_new_link_ends_the_former_ones(sent: list[Mail]):
    asked()
    entered(sent[0])
    guests.ask_again(f" {EMAIL.upper()} ", address=HERE)
    with pytest.raises(GuestLinkOver):
        entered(sent[0])
    entered(sent[1])


def test_an_address_that_nobody_knows_gets_no_mail(sent: list[Mail]):
    guests.ask_again("nobody@example.vn", address=HERE)
    assert sent == []


def test_nobody_s_letter_box_is_flooded(sent: list[Mail]):
    asked()
    for number in range(30):
        guests.ask_again(EMAIL, address=f"192.0.2.{number}")
    assert len(sent) == links.ASKED_PER_EMAIL.number


def test_who_asks_for_others_does_not_keep_them_from_asking(sent: list[Mail]):
    for _ in range(8):
        guests.ask_again(EMAIL, address=ELSEWHERE)
    asked()
    assert [mail.to for mail in sent] == [EMAIL]


def test_an_address_that_asks_for_many_is_stopped(sent: list[Mail]):
    for number in range(links.ASKED_PER_ADDRESS.number):
        guests.ask_again(f"a{number}@example.vn", address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        guests.ask_again(EMAIL, address=ELSEWHERE)


def test_a_link_is_over_in_the_end(sent: list[Mail]):
    asked()
    entered(sent[0])
    with clock.shifted(timedelta(days=31)), pytest.raises(GuestLinkOver):
        entered(sent[0])


def test_what_was_never_opened_is_forgotten_and_what_was_opened_stays(sent: list[Mail]):
    asked()
    asked("khac@example.vn")
    entered(sent[0])
    with clock.shifted(timedelta(days=2, hours=1)):
        links.forget_unopened()
        with pytest.raises(GuestLinkOver):
            entered(sent[1])
        entered(sent[0])
    assert [each.email for each in db.session.scalars(select(GuestAccess))] == [EMAIL]


@pytest.mark.parametrize("email", ["x", "a@b", "a@b.vn\nBcc: c@d.vn", "a@b.vn,c@d.vn"])
def test_what_is_no_address_is_refused(sent: list[Mail], email: str):
    with pytest.raises(EmailInvalid):
        asked(email)


def test_what_cannot_be_the_fact_is_not_counted_as_a_guess(sent: list[Mail]):
    with pytest.raises(SecondFactUnreadable):
        asked(fact="12345")
    asked()
    for _ in range(links.TRIES_PER_LINK + 1):
        with pytest.raises(SecondFactUnreadable):
            entered(sent[0], "x")
    entered(sent[0])
