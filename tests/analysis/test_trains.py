import numpy as np

from loihi_emu.analysis.trains import frozen_trains, square_wave


def test_the_trains_are_those_that_the_tutorial_draws() -> None:
    n, steps, probability = 3, 40, 0.2
    np.random.seed(7)  # noqa: NPY002
    drawn = []
    for _ in range(2):
        raster = np.zeros((n, steps))
        np.place(raster, np.random.rand(n, steps) < probability, 1)  # noqa: NPY002
        drawn.append(raster.T)

    pre, post, reward = frozen_trains(neurons=n, steps=steps, probability=probability, seed=7)

    assert np.array_equal(pre, drawn[0])
    assert np.array_equal(post, drawn[1])
    assert np.array_equal(reward, np.random.rand(steps) < probability)  # noqa: NPY002


def test_a_probability_of_0_and_of_1() -> None:
    assert not frozen_trains(neurons=2, steps=9, probability=0, seed=0)[0].any()
    assert frozen_trains(neurons=2, steps=9, probability=1, seed=0)[1].all()


def test_the_square_wave_is_on_in_the_second_and_fourth_quarter() -> None:
    wave = square_wave(200)
    assert np.flatnonzero(np.diff(wave)).tolist() == [49, 99, 149]
    assert wave[[0, 50, 100, 150]].tolist() == [0, 1, 0, 1]
