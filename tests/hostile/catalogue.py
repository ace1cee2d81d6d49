"""The numbers of the public catalogue of hostile cases, by test."""

NUMBERS = {
    "test_write_outside": "1",
    "test_inodes": "6",
    "test_odd_names": "7",
    "test_residue": "9, 28",
    "test_fork_bomb": "11",
    "test_fork_storm": "11",
    "test_fork_storm_against_the_cpu_limit": "23",
    "test_daemon_that_outlives_the_job": "12",
    "test_parent_ends_while_a_child_holds_stdout": "13",
    "test_kill_everything": "14",
    "test_reaching_for_pid_1": "15",
    "test_meddling_with_pid_1": "16",
    "test_wall_time_of_a_guest_that_blocks_all_signals": "17",
    "test_guest_that_stops_itself": "18",
    "test_threads": "19",
    "test_memory": "20, 21",
    "test_memory_in_pipes": "21",
    "test_memory_in_shared_segments": "21",
    "test_memory_in_many_processes": "22",
    "test_descriptors_at_the_start": "24",
    "test_descriptors": "25",
    "test_descriptors_in_flight": "26",
    "test_abstract_sockets_of_a_neighbour": "27",
    "test_socket_families": "30",
    "test_kernel_interfaces": "31",
    "test_nested_namespace": "32",
    "test_terminal_input": "33",
    "test_kernel_settings": "34",
    "test_fake_frames_on_every_descriptor": "35",
    "test_closing_every_descriptor": "35",
    "test_leaving_without_goodbye": "36",
    "test_secrets_within": "37",
    "test_find_the_flag": "37",
    "test_poisoned_interpreter": "38",
    "test_siblings_draw_different_randomness": "39",
    "test_garbage_on_the_rpc_socket": "40",
    "test_callers_that_hang_up": "41, 46",
    "test_smuggled_requests": "42",
    "test_json_that_is_none": "44",
    "test_output_flood": "45",
    "test_a_client_that_never_reads_does_not_grow_us": "43, 45",
}

ELSEWHERE = [
    ("2-5, 10", "artefacts", "no collection of files yet"),
    ("8", "names of input files", "no input files yet: `files` is refused with 400"),
    ("29", "sweep of system call numbers", "`tests/unit/zygote/layers`, by all three ways in"),
    ("43", "slow headers, slow body", "`tests/unit/gateway`"),
    ("47", "kill -9 and SIGSTOP of each process",
     "kill -9: `tests/integration/test_faults.py`, `./dev storm`; SIGSTOP: 18 only"),
    ("48", "errno at the n-th call", "not yet"),
    ("49", "restart of the supervisor", "`tests/integration/test_faults.py`"),
    ("50", "compile and run under load", "not yet"),
]


def numbers_of(test):
    """Empty: not in the catalogue."""
    return NUMBERS.get(test, "")
