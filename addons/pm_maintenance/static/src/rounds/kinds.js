/**
 * What can be done with this page: rounds today, other work at points later.
 *
 * A kind says where its tasks are fetched and where answers and photos go. Tasks, points,
 * items and answers have the same form for all kinds.
 */
export const KINDS = {
    rounds: {
        fetch: "/pm/rounds/fetch",
        answer: "/pm/rounds/answer",
        photo: "/pm/rounds/photo",
        tasks: (fetched) => fetched.rounds,
        taskKey: "round_id",
    },
};
