"""A browser session in which nothing happens is over; one that is used goes on, but not for ever."""

from datetime import timedelta

from core import clock
from tests.web.house import House

MINE = "/account"


def test_a_session_that_rested_for_an_hour_asks_to_sign_in_again(house: House):
    visitor = house.visitor("saomai")
    with clock.shifted(timedelta(minutes=59)):
        assert visitor.page(MINE).status_code == 200
    with clock.shifted(timedelta(minutes=59 + 61)):
        assert visitor.page(MINE).status_code != 200


def test_a_session_that_is_used_goes_on_until_its_longest_life(house: House):
    visitor = house.visitor("saomai")
    for minutes in range(0, 8 * 60, 30):
        with clock.shifted(timedelta(minutes=minutes)):
            assert visitor.page(MINE).status_code == 200
    with clock.shifted(timedelta(hours=8, minutes=1)):
        assert visitor.page(MINE).status_code != 200
