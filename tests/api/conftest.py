import pytest


@pytest.fixture
def desk(db: None) -> None:
    """The small firm with a mailbox where its agents work."""
    import story

    story.set_up()
