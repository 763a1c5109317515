//! One file per component, with a style sheet of the same name.

pub mod account_table;
pub mod book_menu;
pub mod boundary_dialog;
pub mod choice_dialog;
pub mod comparison;
pub mod data_panel;
pub mod explain;
pub mod finding_list;
pub mod headline;
pub mod intake_dialog;
pub mod issue_list;
pub mod mapping_dialog;
pub mod mapping_trial;
pub mod mark;
pub mod navigation;
pub mod notice;
pub mod part;
pub mod position_editor;
pub mod position_table;
pub mod rule_dialog;
pub mod share_dialog;
pub mod self_test;
pub mod shock_bar;
pub mod slice_table;
pub mod strategy_list;
pub mod top_bar;
